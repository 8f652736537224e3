using System.Diagnostics;

namespace IoMerge.Scheduler;

/// <summary>
/// Pages in the order of what they hold, each with the bound of its ends and a key: an offset that no extent in it
/// starts before. The first page takes what is before all others, whatever the branch above says; its key is the least
/// number.
/// </summary>
internal sealed class ExtentBranch : ExtentPage
{
    private Longs _keys;
    private Longs _ends;
    private References<ExtentPage> _pages;

    internal ExtentBranch() => ((Span<long>)_keys).Fill(Unused);

    /// <summary>The page in a slot.</summary>
    internal ExtentPage this[int slot] => _pages[slot]!;

    private Span<long> Keys => ((Span<long>)_keys)[..Count];

    private Span<long> Ends => ((Span<long>)_ends)[..Count];

    private Span<ExtentPage?> Pages => ((Span<ExtentPage?>)_pages)[..Count];

    /// <summary>The last page that may hold something that starts before an offset; else the first page.</summary>
    internal ExtentPage PageBefore(long offset) => this[CountBelow(in _keys, Count, offset) - 1];

    /// <summary>Where a page is that is here.</summary>
    internal int SlotOf(ExtentPage page)
    {
        int slot = 0;
        while (_pages[slot] != page)
            slot++;
        return slot;
    }

    /// <summary>Puts a page into a slot. Only while there is room.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="page">The page; the bound of its ends is right.</param>
    /// <param name="key">No extent in it starts before; for the first page any number.</param>
    internal void Insert(int slot, ExtentPage page, long key)
    {
        Count++;
        if (slot < Count - 1)
        {
            OpenSlot(Keys, slot);
            OpenSlot(Ends, slot);
            OpenSlot(Pages, slot);
        }
        _keys[slot] = slot == 0 ? long.MinValue : key;
        _ends[slot] = page.MaxEnd;
        _pages[slot] = page;
        page.Up = this;
        MaxEnd = Count == 1 ? page.MaxEnd : Math.Max(MaxEnd, page.MaxEnd);
    }

    /// <summary>Puts a page before the first one. Only while there is room.</summary>
    /// <param name="page">The page; the bound of its ends is right.</param>
    /// <param name="oldFirstKey">No extent in the page that was the first starts before.</param>
    internal void InsertFirst(ExtentPage page, long oldFirstKey)
    {
        _keys[0] = oldFirstKey;
        Insert(0, page, long.MinValue);
    }

    /// <summary>Takes out the page in a slot; the bound of the ends stays.</summary>
    internal void Remove(int slot)
    {
        this[slot].Up = null;
        CloseSlot(Keys, slot, Unused);
        CloseSlot(Ends, slot, Unused);
        CloseSlot(Pages, slot, null);
        Count--;
        _keys[0] = Count > 0 ? long.MinValue : Unused;
    }

    /// <summary>Moves the upper half to an empty branch.</summary>
    /// <returns>No extent there starts before.</returns>
    internal long SplitTo(ExtentBranch upper)
    {
        const int Half = Capacity / 2;
        upper.Count = Count - Half;
        MoveTail(Keys, Half, upper.Keys, Unused);
        MoveTail(Ends, Half, upper.Ends, Unused);
        MoveTail(Pages, Half, upper.Pages, null);
        Count = Half;
        foreach (ExtentPage? moved in upper.Pages)
            moved!.Up = upper;
        MaxEnd = Furthest(Ends);
        upper.MaxEnd = Furthest(upper.Ends);
        long key = upper._keys[0];
        upper._keys[0] = long.MinValue;
        return key;
    }

    /// <summary>Takes over the bound of a page.</summary>
    /// <returns>True when the branch's own is another now.</returns>
    internal bool TakeOverEnd(ExtentPage page)
    {
        _ends[SlotOf(page)] = page.MaxEnd;
        long before = MaxEnd;
        MaxEnd = page.MaxEnd >= before ? page.MaxEnd : Furthest(Ends);
        return MaxEnd != before;
    }

    /// <summary>See <see cref="ExtentTree.YoungestOverlap"/>.</summary>
    internal void FindYoungestOverlap(
        long start, long end, long sequence, bool changesOnly, ref ExtentNode? youngest)
    {
        for (int slot = CountBelow(in _keys, Count, end) - 1; slot >= 0; slot--)
        {
            if (_ends[slot] <= start)
                continue;
            if (_pages[slot] is ExtentLeaf leaf)
                leaf.FindYoungestOverlap(start, end, sequence, changesOnly, ref youngest);
            else
                ((ExtentBranch)this[slot]).FindYoungestOverlap(start, end, sequence, changesOnly, ref youngest);
        }
    }

    /// <summary>The theory of the branch and all below it, checked in debug builds.</summary>
    [Conditional("DEBUG")]
    internal void AssertInvariants()
    {
        Debug.Assert(Count > 0, "No branch is empty.");
        Debug.Assert(MaxEnd >= Furthest(Ends), "No page reaches behind the bound.");
        for (int slot = 0; slot < Count; slot++)
        {
            ExtentPage page = this[slot];
            Debug.Assert(page.Up == this && page.Count > 0, "Pages know their branch, and none is empty.");
            Debug.Assert(page.MaxEnd == _ends[slot], "The copy of the end is true.");
            Debug.Assert(slot == 0 || _keys[slot - 1] <= _keys[slot], "Keys are in order.");
            Debug.Assert(_keys[slot] <= FirstOffset(page), "Nothing starts before its page's key.");
            if (page is ExtentBranch branch)
                branch.AssertInvariants();
        }
    }

    private static long Furthest(ReadOnlySpan<long> ends)
    {
        long furthest = long.MinValue;
        foreach (long end in ends)
            furthest = Math.Max(furthest, end);
        return furthest;
    }

    private static long FirstOffset(ExtentPage page)
    {
        while (page is ExtentBranch branch)
            page = branch[0];
        return ((ExtentLeaf)page).First.Offset;
    }
}
