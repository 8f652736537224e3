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
    public void LargeTree_UnderRandomChanges_AgreesWithAList()
    {
        // Enough extents for three levels, and few enough offsets that many extents share one.
        var random = new Random(20261126);
        var tree = new ExtentTree();
        var sorted = new SortedSet<Node>(Comparer<Node>.Create(
            (a, b) => (a.Offset, a.Sequence).CompareTo((b.Offset, b.Sequence))));
        var list = new List<Node>();
        for (int i = 0; i < 60_000; i++)
        {
            // Grows, shrinks to nothing, and grows again.
            bool grows = i / 10_000 % 3 != 2;
            if (list.Count > 0 && random.Next(10) < (grows ? 2 : 8))
                RemoveAt(random.Next(list.Count));
            else
                Add(i, random.Next(4) == 0 ? i % 50_000 : random.Next(8_000));
            if (i % 1_000 == 999)
                AssertAgree(tree, [.. sorted], random.Next(8_000), random.Next(1, 300), i);
        }
        Assert.Equal(sorted.Count, tree.Count);
        while (list.Count > 0)
            RemoveAt(random.Next(list.Count));
        tree.AssertInvariants();
        Assert.Null(tree.First);
        Assert.Equal(1, tree.Depth);

        void Add(int sequence, int offset)
        {
            // Now and then one that holds everything behind it, and one that comes back at its own, earlier age.
            long end = random.Next(500) == 0 ? long.MaxValue : offset + random.Next(1, 40);
            var node = new Node
            {
                Offset = offset,
                LockEnd = end,
                Sequence = random.Next(20) == 0 ? -sequence : sequence,
                IsChange = random.Next(2) == 0,
            };
            list.Add(node);
            sorted.Add(node);
            tree.Insert(node);
        }

        void RemoveAt(int index)
        {
            Node node = list[index];
            list[index] = list[^1];
            list.RemoveAt(list.Count - 1);
            sorted.Remove(node);
            tree.Remove(node);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void AscendingAndDescendingInserts_StayFlatAndFindAll(int sign)
    {
        var tree = new ExtentTree();
        for (int i = 0; i < 100_000; i++)
            tree.Insert(new Node { Offset = sign * i, LockEnd = sign * i + 1, Sequence = i });
        Assert.InRange(tree.Depth, 2, 4);
        tree.AssertInvariants();
        Assert.Equal(sign * 50_000, tree.AtOrAfter(sign * 50_000)!.Offset);
        Assert.Equal(sign * 50_000 - 1, tree.Before(sign * 50_000)!.Offset);
        Assert.Equal(100_000, Walk(tree).Count);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    public void Clear_ForgetsAll_AndTheTreeServesOn(int count)
    {
        var tree = new ExtentTree();
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < count; i++)
                tree.Insert(new Node { Offset = i * 7 % count, LockEnd = i * 7 % count + 1, Sequence = i });
            Assert.Equal(count, Walk(tree).Count);
            tree.Clear();
            tree.AssertInvariants();
            Assert.Equal(0, tree.Count);
            Assert.Null(tree.First);
            Assert.Null(tree.AtOrAfter(0));
            Assert.Null(tree.YoungestOverlap(0, long.MaxValue, long.MaxValue, false));
        }
    }

    private static List<ExtentNode> Walk(ExtentTree tree)
    {
        var walked = new List<ExtentNode>();
        for (ExtentNode? node = tree.First; node is not null; node = ExtentTree.Following(node))
            walked.Add(node);
        return walked;
    }

    private static void AssertAgree(ExtentTree tree, List<Node> list, int offset, int length, int now)
    {
        Node[] sorted = [.. list.OrderBy(n => n.Offset).ThenBy(n => n.Sequence)];
        tree.AssertInvariants();
        Assert.Equal(sorted, Walk(tree));
        Assert.All(sorted.Zip(sorted.Skip(1)), pair => Assert.Same(pair.First, ExtentTree.Preceding(pair.Second)));
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
