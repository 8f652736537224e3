using CsCheck;

namespace IoMerge.Scheduler.Tests;

public class ExtentTreeTests
{
    private sealed class Node : ExtentNode;

    [Fact]
    public void Tree_AgreesWithAList_AboutOrderNeighboursAndOverlaps() =>
        Gen.Select(Gen.Int[0, 200], Gen.Int[1, 30], Gen.Int[0, 3]).Array[0, 120].Sample(steps =>
        {
            var tree = new ExtentTree();
            var list = new List<Node>();
            for (int i = 0; i < steps.Length; i++)
            {
                (int offset, int length, int action) = steps[i];
                if (action == 0 && list.Count > 0)
                {
                    Node gone = list[offset % list.Count];
                    list.Remove(gone);
                    tree.Remove(gone);
                }
                else
                {
                    var node = new Node
                    {
                        Offset = offset, LockEnd = offset + length, Sequence = i, IsChange = action == 1,
                    };
                    list.Add(node);
                    tree.Insert(node);
                }
                AssertAgree(tree, list, offset, length, i);
            }
        });

    [Fact]
    public void AscendingAndDescendingInserts_StayBalanced()
    {
        foreach (int sign in new[] { 1, -1 })
        {
            var tree = new ExtentTree();
            for (int i = 0; i < 100_000; i++)
                tree.Insert(new Node { Offset = sign * i, LockEnd = sign * i + 1, Sequence = i });
            int depth = 0;
            for (ExtentNode? node = tree.AtOrAfter(sign * 50_000); node is not null; node = node.Up)
                depth++;
            Assert.InRange(depth, 1, 60);
        }
    }

    private static void AssertAgree(ExtentTree tree, List<Node> list, int offset, int length, int now)
    {
        Node[] sorted = [.. list.OrderBy(n => n.Offset).ThenBy(n => n.Sequence)];
        var threaded = new List<ExtentNode>();
        for (ExtentNode? node = tree.First; node is not null; node = node.Next)
            threaded.Add(node);
        Assert.Equal(sorted, threaded);
        Assert.Equal(sorted.Length, tree.Count);
        Assert.Same(sorted.FirstOrDefault(n => n.Offset >= offset), tree.AtOrAfter(offset));
        Assert.Same(sorted.LastOrDefault(n => n.Offset < offset), tree.Before(offset));
        foreach (bool changesOnly in new[] { false, true })
        {
            Node? youngest = list
                .Where(n => n.Offset < offset + length && n.LockEnd > offset)
                .Where(n => n.Sequence < now && (n.IsChange || !changesOnly))
                .MaxBy(n => n.Sequence);
            Assert.Same(youngest, tree.YoungestOverlap(offset, offset + length, now, changesOnly));
        }
    }
}
