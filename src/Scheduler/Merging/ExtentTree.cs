using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace IoMerge.Scheduler;

/// <summary>
/// Extents in order of their offset, with a question for overlaps. A B+ tree (Comer, "The ubiquitous B-tree", 1979)
/// whose pages know how far what is below them reaches, as in an interval tree. Insert, remove and lookup cost
/// O(log n), with a base that keeps a million extents four pages deep. A page goes when it is empty, not when it is
/// half empty, which costs little space and saves much work (Johnson and Shasha, "B-trees with inserts and deletes:
/// why free-at-empty is better than merge-at-half", 1993).
/// </summary>
/// <remarks>Not thread-safe. Knows nothing of requests, merging or time.</remarks>
internal sealed class ExtentTree
{
    // Pages that are not in use are kept for the next burst: never more than were in use at a time, which the bounds of
    // admission limit.
    private readonly Stack<ExtentLeaf> _spareLeaves = new();
    private readonly Stack<ExtentBranch> _spareBranches = new();
    private ExtentPage _root;
    private ExtentLeaf _firstLeaf;
    private int _leaves = 1;

    internal ExtentTree() => _root = _firstLeaf = new ExtentLeaf();

    /// <summary>Number of extents.</summary>
    internal int Count { get; private set; }

    /// <summary>The extent with the lowest offset.</summary>
    internal ExtentNode? First => Count == 0 ? null : _firstLeaf.First;

    /// <summary>Pages on the way from the root to an extent, both included.</summary>
    internal int Depth
    {
        get
        {
            int depth = 1;
            for (ExtentPage page = _root; page is ExtentBranch branch; page = branch[0])
                depth++;
            return depth;
        }
    }

    /// <summary>The extent behind one that is in a tree, or null.</summary>
    internal static ExtentNode? Following(ExtentNode node)
    {
        ExtentLeaf leaf = node.Leaf!;
        int slot = leaf.SlotOf(node) + 1;
        return slot < leaf.Count ? leaf[slot] : leaf.Next?.First;
    }

    /// <summary>The extent before one that is in a tree, or null.</summary>
    internal static ExtentNode? Preceding(ExtentNode node)
    {
        ExtentLeaf leaf = node.Leaf!;
        int slot = leaf.SlotOf(node) - 1;
        return slot >= 0 ? leaf[slot] : leaf.Previous?.Last;
    }

    /// <summary>Adds an extent whose position fields are set.</summary>
    internal void Insert(ExtentNode node)
    {
        ExtentLeaf leaf = _root as ExtentLeaf ?? LeafFor(node);
        int slot = leaf.SlotFor(node);
        if (leaf.Count == ExtentPage.Capacity)
            (leaf, slot) = MakeRoom(leaf, slot, node);
        Count++;
        if (leaf.Insert(slot, node) && leaf.Up is not null)
            UpdateEnds(leaf);
    }

    /// <summary>Takes out an extent that is in this tree.</summary>
    internal void Remove(ExtentNode node)
    {
        ExtentLeaf leaf = node.Leaf!;
        bool boundChanged = leaf.Remove(leaf.SlotOf(node));
        Count--;
        if (leaf.Up is null)
            return;
        if (leaf.Count == 0)
            RemoveLeaf(leaf);
        else if (boundChanged)
            UpdateEnds(leaf);
    }

    /// <summary>Forgets all extents at once; they are left as they are.</summary>
    internal void Clear()
    {
        if (_root is ExtentBranch branch)
        {
            _root = _firstLeaf;
            Spare(branch);
            _leaves = 1;
            _firstLeaf.Up = null;
            _firstLeaf.Next = null;
        }
        _firstLeaf.Clear();
        Count = 0;
    }

    /// <summary>The first extent that starts at or after <paramref name="offset"/>.</summary>
    internal ExtentNode? AtOrAfter(long offset)
    {
        ExtentLeaf leaf = LeafBefore(offset);
        int slot = leaf.AtOrAfter(offset);
        return slot < leaf.Count ? leaf[slot] : leaf.Next?.First;
    }

    /// <summary>The last extent that starts before <paramref name="offset"/>.</summary>
    internal ExtentNode? Before(long offset)
    {
        ExtentLeaf leaf = LeafBefore(offset);
        int slot = leaf.AtOrAfter(offset) - 1;
        return slot >= 0 ? leaf[slot] : leaf.Previous?.Last;
    }

    /// <summary>
    /// Of the extents that overlap [start, end) and came before <paramref name="sequence"/>, the youngest.
    /// </summary>
    /// <param name="start">First byte.</param>
    /// <param name="end">The byte behind the last one.</param>
    /// <param name="sequence">Extents with this sequence or a later one do not count.</param>
    /// <param name="changesOnly">True when extents that change nothing do not count either.</param>
    internal ExtentNode? YoungestOverlap(long start, long end, long sequence, bool changesOnly)
    {
        if (Count == 0 || _root.MaxEnd <= start)
            return null;
        ExtentNode? youngest = null;
        if (_root is ExtentLeaf leaf)
            leaf.FindYoungestOverlap(start, end, sequence, changesOnly, ref youngest);
        else
            ((ExtentBranch)_root).FindYoungestOverlap(start, end, sequence, changesOnly, ref youngest);
        return youngest;
    }

    /// <summary>The order of the tree: by offset, and of equal offsets by arrival.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsBefore(ExtentNode a, ExtentNode b) =>
        a.Offset < b.Offset || (a.Offset == b.Offset && a.Sequence < b.Sequence);

    /// <summary>The last leaf that may hold something that starts before an offset; else the first leaf.</summary>
    private ExtentLeaf LeafBefore(long offset)
    {
        ExtentPage page = _root;
        while (page is ExtentBranch branch)
            page = branch.PageBefore(offset);
        return Unsafe.As<ExtentLeaf>(page);
    }

    private ExtentLeaf LeafFor(ExtentNode node)
    {
        ExtentLeaf leaf = LeafBefore(node.Offset);
        // Extents of the same offset may fill leaves; among them age decides.
        while (!leaf.ReachesBeyond(node.Offset) && leaf.Next is { } next && !IsBefore(node, next.First))
            leaf = next;
        return leaf;
    }

    /// <summary>Makes room beside a full leaf. At either end of all the rest stays full: there a run goes on.</summary>
    private (ExtentLeaf Leaf, int Slot) MakeRoom(ExtentLeaf leaf, int slot, ExtentNode node)
    {
        ExtentLeaf added = _spareLeaves.TryPop(out ExtentLeaf? spare) ? spare : new ExtentLeaf();
        _leaves++;
        if (slot == 0 && leaf.Previous is null)
        {
            // What is new takes the place of the first leaf, and what was there moves behind it as a whole.
            added.MaxEnd = node.LockEnd;
            Chain(null, added, leaf);
            _firstLeaf = added;
            AttachBefore(leaf, added);
            return (added, 0);
        }
        bool atEnd = slot == ExtentPage.Capacity && leaf.Next is null;
        if (atEnd)
            added.MaxEnd = node.LockEnd;
        else
            leaf.SplitTo(added);
        Chain(leaf, added, leaf.Next);
        AttachAfter(leaf, added, atEnd ? node.Offset : added.First.Offset);
        if (!atEnd)
            UpdateEnds(leaf);
        bool below = !atEnd && slot <= leaf.Count;
        return below ? (leaf, slot) : (added, atEnd ? 0 : slot - leaf.Count);
    }

    private void AttachAfter(ExtentPage page, ExtentPage added, long key)
    {
        ExtentBranch up = page.Up ?? GrowRoot(page);
        int slot = up.SlotOf(page) + 1;
        if (up.Count == ExtentPage.Capacity)
            (up, slot) = SplitBranch(up, slot);
        up.Insert(slot, added, key);
        UpdateEnds(up);
    }

    private void AttachBefore(ExtentLeaf first, ExtentLeaf added)
    {
        ExtentBranch up = first.Up ?? GrowRoot(first);
        if (up.Count == ExtentPage.Capacity)
            (up, _) = SplitBranch(up, 0);
        up.InsertFirst(added, first.First.Offset);
        UpdateEnds(up);
    }

    private (ExtentBranch Branch, int Slot) SplitBranch(ExtentBranch branch, int slot)
    {
        ExtentBranch upper = RentBranch();
        long key = branch.SplitTo(upper);
        AttachAfter(branch, upper, key);
        UpdateEnds(branch);
        return slot <= branch.Count ? (branch, slot) : (upper, slot - branch.Count);
    }

    private ExtentBranch GrowRoot(ExtentPage root)
    {
        ExtentBranch branch = RentBranch();
        branch.Insert(0, root, long.MinValue);
        _root = branch;
        return branch;
    }

    private ExtentBranch RentBranch() => _spareBranches.TryPop(out ExtentBranch? spare) ? spare : new ExtentBranch();

    private void RemoveLeaf(ExtentLeaf leaf)
    {
        if (leaf == _firstLeaf)
            _firstLeaf = leaf.Next!;
        Chain(leaf.Previous, leaf.Next);
        Detach(leaf);
        _leaves--;
        Spare(leaf);
        while (_root is ExtentBranch { Count: 1 } branch)
        {
            _root = branch[0];
            branch.Remove(0);
            Spare(branch);
        }
    }

    private void Detach(ExtentPage page)
    {
        ExtentBranch up = page.Up!;
        up.Remove(up.SlotOf(page));
        if (up.Count == 0)
        {
            Detach(up);
            Spare(up);
        }
    }

    /// <summary>After the bound of a page's ends has become another.</summary>
    private static void UpdateEnds(ExtentPage page)
    {
        for (ExtentBranch? up = page.Up; up is not null && up.TakeOverEnd(page); up = up.Up)
            page = up;
    }

    private static void Chain(ExtentLeaf? before, ExtentLeaf leaf, ExtentLeaf? after)
    {
        Chain(before, leaf);
        Chain(leaf, after);
    }

    private static void Chain(ExtentLeaf? before, ExtentLeaf? after)
    {
        if (before is not null)
            before.Next = after;
        if (after is not null)
            after.Previous = before;
    }

    private void Spare(ExtentPage page)
    {
        page.Up = null;
        if (page is ExtentLeaf leaf)
        {
            leaf.Clear();
            leaf.Previous = leaf.Next = null;
            _spareLeaves.Push(leaf);
            return;
        }
        var branch = (ExtentBranch)page;
        while (branch.Count > 0)
        {
            ExtentPage below = branch[branch.Count - 1];
            branch.Remove(branch.Count - 1);
            if (below != _root)
                Spare(below);
        }
        _spareBranches.Push(branch);
    }

    /// <summary>The theory of the tree, checked in debug builds.</summary>
    [Conditional("DEBUG")]
    internal void AssertInvariants()
    {
        int count = 0;
        int leaves = 0;
        for (ExtentLeaf? leaf = _firstLeaf; leaf is not null; leaf = leaf.Next)
        {
            leaf.AssertInvariants();
            count += leaf.Count;
            leaves++;
        }
        Debug.Assert(count == Count && leaves == _leaves, "The chain passes every leaf once.");
        Debug.Assert(_root.Up is null && _firstLeaf.Previous is null, "Nothing is above the root or before the first.");
        if (_root is ExtentBranch branch)
            branch.AssertInvariants();
    }
}
