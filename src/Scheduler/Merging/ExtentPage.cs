using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IoMerge.Scheduler;

/// <summary>
/// A page of an <see cref="ExtentTree"/>: a leaf with extents, or a branch with further pages. What the tree searches
/// by lies side by side in the page, so that a search touches few cache lines and no extent that it does not return.
/// </summary>
internal abstract class ExtentPage
{
    /// <summary>Entries a page has room for: with 32 outstanding, the usual depth, one leaf holds them all.</summary>
    internal const int Capacity = 64;

    /// <summary>The branch that holds this page; null for the root.</summary>
    internal ExtentBranch? Up;

    /// <summary>Entries in use; never 0 but in a leaf that is the root.</summary>
    internal int Count;

    /// <summary>
    /// No extent below ends behind this. A bound that searches stop at, not the truth: what is further than all others
    /// and leaves lowers it only if it held everything to the end.
    /// </summary>
    internal long MaxEnd;

    /// <summary>Marks the unused places of a <see cref="Longs"/> that is searched.</summary>
    protected const long Unused = long.MaxValue;

    /// <summary>
    /// Number of values that are less than a bound: in an ascending sequence the place of the bound. Counting all of
    /// them at once beats halving, whose every step is a branch that nobody can predict.
    /// </summary>
    /// <param name="values">Ascending; <see cref="Unused"/> behind the ones that count.</param>
    /// <param name="used">How many count.</param>
    /// <param name="bound">The bound.</param>
    protected static int CountBelow(in Longs values, int used, long bound)
    {
        ref long first = ref Unsafe.As<Longs, long>(ref Unsafe.AsRef(in values));
        Vector256<long> bounds = Vector256.Create(bound);
        Vector256<long> below = Vector256<long>.Zero;
        // Whole vectors stay inside the page: its capacity is a multiple of theirs.
        for (int i = 0; i < used; i += Vector256<long>.Count)
            below -= Vector256.LessThan(Vector256.LoadUnsafe(ref first, (nuint)i), bounds);
        return (int)Vector256.Sum(below);
    }

    /// <summary>
    /// Moves the entries from a slot on by one, so that the slot is free. The span has one entry more.
    /// </summary>
    protected static void OpenSlot<T>(Span<T> entries, int slot) => entries[slot..^1].CopyTo(entries[(slot + 1)..]);

    /// <summary>Moves the entries behind a slot onto it; the last is unused then.</summary>
    protected static void CloseSlot<T>(Span<T> entries, int slot, T unused)
    {
        entries[(slot + 1)..].CopyTo(entries[slot..]);
        entries[^1] = unused;
    }

    /// <summary>Moves the entries from a slot on to the beginning of another page.</summary>
    protected static void MoveTail<T>(Span<T> from, int slot, Span<T> to, T unused)
    {
        from[slot..].CopyTo(to);
        from[slot..].Fill(unused);
    }

    [InlineArray(Capacity)]
    protected struct Longs
    {
        private long _first;
    }

    [InlineArray(Capacity)]
    protected struct References<T> where T : class
    {
        private T? _first;
    }
}
