using System.Diagnostics;

namespace IoMerge.Scheduler;

/// <summary>
/// The extents of a stretch of the store, in order; leaves are chained. Knows its neighbours, not the tree.
/// </summary>
internal sealed class ExtentLeaf : ExtentPage
{
    internal ExtentLeaf? Previous;
    internal ExtentLeaf? Next;

    private Longs _starts;
    private References<ExtentNode> _nodes;

    // No extent here is longer: a bound like MaxEnd.
    private long _longest;

    // The slot that was asked for last: who is looked up is about to be taken out, and his neighbours are looked at.
    private int _lastSlot;

    internal ExtentLeaf() => ((Span<long>)_starts).Fill(Unused);

    /// <summary>The extent in a slot.</summary>
    internal ExtentNode this[int slot] => _nodes[slot]!;

    internal ExtentNode First => _nodes[0]!;

    internal ExtentNode Last => _nodes[Count - 1]!;

    private Span<long> Starts => ((Span<long>)_starts)[..Count];

    private Span<ExtentNode?> Nodes => ((Span<ExtentNode?>)_nodes)[..Count];

    /// <summary>The first slot whose extent starts at or after an offset; the count when there is none.</summary>
    internal int AtOrAfter(long offset) => _lastSlot = CountBelow(in _starts, Count, offset);

    /// <summary>True when something here starts behind an offset.</summary>
    internal bool ReachesBeyond(long offset) => Count > 0 && _starts[Count - 1] > offset;

    /// <summary>Where an extent belongs that is not here yet.</summary>
    internal int SlotFor(ExtentNode node)
    {
        if (Count == 0 || _starts[Count - 1] < node.Offset)
            return Count;
        int slot = AtOrAfter(node.Offset);
        while (slot < Count && _starts[slot] == node.Offset && this[slot].Sequence < node.Sequence)
            slot++;
        return slot;
    }

    /// <summary>Where an extent is that is here.</summary>
    internal int SlotOf(ExtentNode node)
    {
        if (_lastSlot < Count && _nodes[_lastSlot] == node)
            return _lastSlot;
        int slot = AtOrAfter(node.Offset);
        while (this[slot] != node)
            slot++;
        return _lastSlot = slot;
    }

    /// <summary>Puts an extent into a slot. Only while there is room.</summary>
    /// <returns>True when the bound of the ends is another now.</returns>
    internal bool Insert(int slot, ExtentNode node)
    {
        Count++;
        if (slot < Count - 1)
        {
            OpenSlot(Starts, slot);
            OpenSlot(Nodes, slot);
        }
        _starts[slot] = node.Offset;
        _nodes[slot] = node;
        node.Leaf = this;
        _longest = Math.Max(Count == 1 ? 0 : _longest, node.LockEnd - node.Offset);
        long before = MaxEnd;
        MaxEnd = Count == 1 ? node.LockEnd : Math.Max(before, node.LockEnd);
        return MaxEnd != before;
    }

    /// <summary>Takes out what is in a slot.</summary>
    /// <returns>True when the bound of the ends is another now.</returns>
    internal bool Remove(int slot)
    {
        ExtentNode node = _nodes[slot]!;
        node.Leaf = null;
        CloseSlot(Starts, slot, Unused);
        CloseSlot(Nodes, slot, null);
        Count--;
        if (node.LockEnd < long.MaxValue || Count == 0)
            return false;
        Measure();
        return MaxEnd < long.MaxValue;
    }

    /// <summary>Moves the upper half to an empty leaf.</summary>
    internal void SplitTo(ExtentLeaf upper)
    {
        const int Half = Capacity / 2;
        upper.Count = Count - Half;
        MoveTail(Starts, Half, upper.Starts, Unused);
        MoveTail(Nodes, Half, upper.Nodes, null);
        Count = Half;
        foreach (ExtentNode? moved in upper.Nodes)
            moved!.Leaf = upper;
        Measure();
        upper.Measure();
    }

    /// <summary>Is empty again.</summary>
    internal void Clear()
    {
        Nodes.Clear();
        Starts.Fill(Unused);
        Count = 0;
    }

    private void Measure()
    {
        MaxEnd = long.MinValue;
        _longest = 0;
        foreach (ExtentNode? node in Nodes)
        {
            MaxEnd = Math.Max(MaxEnd, node!.LockEnd);
            _longest = Math.Max(_longest, node.LockEnd - node.Offset);
        }
    }

    /// <summary>See <see cref="ExtentTree.YoungestOverlap"/>.</summary>
    internal void FindYoungestOverlap(
        long start, long end, long sequence, bool changesOnly, ref ExtentNode? youngest)
    {
        // What starts that far before ends too early, however long it is.
        long tooEarly = start - _longest;
        for (int slot = CountBelow(in _starts, Count, end) - 1; slot >= 0 && _starts[slot] > tooEarly; slot--)
        {
            ExtentNode node = this[slot];
            if (node.LockEnd > start && node.Sequence < sequence && (node.IsChange || !changesOnly)
                && (youngest is null || youngest.Sequence < node.Sequence))
            {
                youngest = node;
            }
        }
    }

    /// <summary>The theory of the leaf, checked in debug builds.</summary>
    [Conditional("DEBUG")]
    internal void AssertInvariants()
    {
        for (int slot = 0; slot < Count; slot++)
        {
            ExtentNode node = this[slot];
            Debug.Assert(node.Leaf == this, "Extents know their leaf.");
            Debug.Assert(node.Offset == _starts[slot], "The copy is true.");
            Debug.Assert(slot == 0 || ExtentTree.IsBefore(this[slot - 1], node), "Extents are in order.");
            Debug.Assert(node.LockEnd - node.Offset <= _longest, "None is longer than the longest.");
            Debug.Assert(node.LockEnd <= MaxEnd, "None ends behind the bound.");
        }
        Debug.Assert(Next is null || Next.Previous == this, "Leaves are chained both ways.");
        Debug.Assert(Next is null || IsBeforeNext(), "Leaves are in order.");
    }

    private bool IsBeforeNext() => ExtentTree.IsBefore(Last, Next!.First);
}
