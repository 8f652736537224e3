using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace IoMerge.Scheduler;

/// <summary>
/// Extents in order of their offset, with a question for overlaps. A treap (Seidel and Aragon, "Randomized search
/// trees", 1996) with the links inside the nodes, a thread through the order, and the furthest end of each subtree (an
/// interval tree): insert, remove and lookup cost O(log n), an insert directly after the last one O(1).
/// </summary>
/// <remarks>Not thread-safe. Knows nothing of requests, merging or time.</remarks>
internal sealed class ExtentTree
{
    private ExtentNode? _root;
    private ExtentNode? _last;
    private uint _random = 0x9E3779B9;

    /// <summary>Number of extents.</summary>
    internal int Count { get; private set; }

    /// <summary>The extent with the lowest offset.</summary>
    internal ExtentNode? First { get; private set; }

    /// <summary>Adds an extent whose position fields are set.</summary>
    internal void Insert(ExtentNode node)
    {
        node.Left = node.Right = null;
        node.MaxLockEnd = node.LockEnd;
        node.Weight = NextWeight();
        Count++;
        if (_root is null)
        {
            node.Up = node.Previous = node.Next = null;
            _root = First = node;
        }
        else
        {
            Attach(node);
            RaiseMaximum(node.Up, node.LockEnd);
            while (node.Up is { } up && up.Weight < node.Weight)
                RotateUp(node);
        }
        _last = node;
    }

    /// <summary>Takes out an extent that is in this tree.</summary>
    internal void Remove(ExtentNode node)
    {
        while (node.Left is not null && node.Right is not null)
            RotateUp(node.Left.Weight > node.Right.Weight ? node.Left : node.Right);
        ExtentNode? child = node.Left ?? node.Right;
        ExtentNode? up = node.Up;
        ReplaceChild(up, node, child);
        LowerMaximum(up, node.MaxLockEnd);
        if (node.Previous is null)
            First = node.Next;
        else
            node.Previous.Next = node.Next;
        if (node.Next is not null)
            node.Next.Previous = node.Previous;
        if (_last == node)
            _last = node.Previous;
        Count--;
    }

    /// <summary>Forgets all extents at once; their links are left as they are.</summary>
    internal void Clear()
    {
        _root = _last = First = null;
        Count = 0;
    }

    /// <summary>The first extent that starts at or after <paramref name="offset"/>.</summary>
    internal ExtentNode? AtOrAfter(long offset)
    {
        ExtentNode? found = null;
        for (ExtentNode? node = _root; node is not null;)
        {
            if (node.Offset >= offset)
            {
                found = node;
                node = node.Left;
            }
            else
            {
                node = node.Right;
            }
        }
        return found;
    }

    /// <summary>The last extent that starts before <paramref name="offset"/>.</summary>
    internal ExtentNode? Before(long offset)
    {
        ExtentNode? found = null;
        for (ExtentNode? node = _root; node is not null;)
        {
            if (node.Offset < offset)
            {
                found = node;
                node = node.Right;
            }
            else
            {
                node = node.Left;
            }
        }
        return found;
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
        if (_root is null || _root.MaxLockEnd <= start || First!.Offset >= end)
            return null;
        ExtentNode? youngest = null;
        Search(_root, start, end, sequence, changesOnly, ref youngest);
        return youngest;
    }

    private static void Search(
        ExtentNode? node, long start, long end, long sequence, bool changesOnly, ref ExtentNode? youngest)
    {
        while (node is not null && node.MaxLockEnd > start)
        {
            Search(node.Left, start, end, sequence, changesOnly, ref youngest);
            if (node.Offset >= end)
                return;
            if (node.LockEnd > start && node.Sequence < sequence && (node.IsChange || !changesOnly)
                && (youngest is null || youngest.Sequence < node.Sequence))
            {
                youngest = node;
            }
            node = node.Right;
        }
    }

    private void Attach(ExtentNode node)
    {
        ExtentNode? last = _last;
        if (last is not null && !IsBefore(node, last) && (last.Next is null || IsBefore(node, last.Next)))
        {
            // Between two neighbours one of the two facing links is free.
            if (last.Right is null)
                AttachRight(last, node);
            else
                AttachLeft(last.Next!, node);
            return;
        }
        ExtentNode parent = _root!;
        while (true)
        {
            bool before = IsBefore(node, parent);
            ExtentNode? child = before ? parent.Left : parent.Right;
            if (child is not null)
            {
                parent = child;
                continue;
            }
            if (before)
                AttachLeft(parent, node);
            else
                AttachRight(parent, node);
            return;
        }
    }

    private void AttachLeft(ExtentNode parent, ExtentNode node)
    {
        Debug.Assert(parent.Left is null, "The left link is free.");
        parent.Left = node;
        node.Up = parent;
        node.Next = parent;
        node.Previous = parent.Previous;
        if (parent.Previous is null)
            First = node;
        else
            parent.Previous.Next = node;
        parent.Previous = node;
    }

    private static void AttachRight(ExtentNode parent, ExtentNode node)
    {
        Debug.Assert(parent.Right is null, "The right link is free.");
        parent.Right = node;
        node.Up = parent;
        node.Previous = parent;
        node.Next = parent.Next;
        if (parent.Next is not null)
            parent.Next.Previous = node;
        parent.Next = node;
    }

    private void RotateUp(ExtentNode node)
    {
        ExtentNode parent = node.Up!;
        ReplaceChild(parent.Up, parent, node);
        if (parent.Left == node)
        {
            parent.Left = node.Right;
            if (node.Right is not null)
                node.Right.Up = parent;
            node.Right = parent;
        }
        else
        {
            parent.Right = node.Left;
            if (node.Left is not null)
                node.Left.Up = parent;
            node.Left = parent;
        }
        parent.Up = node;
        node.MaxLockEnd = parent.MaxLockEnd;
        parent.MaxLockEnd = Furthest(parent);
    }

    private void ReplaceChild(ExtentNode? parent, ExtentNode old, ExtentNode? child)
    {
        if (parent is null)
            _root = child;
        else if (parent.Left == old)
            parent.Left = child;
        else
            parent.Right = child;
        if (child is not null)
            child.Up = parent;
    }

    private static void RaiseMaximum(ExtentNode? node, long end)
    {
        for (; node is not null && node.MaxLockEnd < end; node = node.Up)
            node.MaxLockEnd = end;
    }

    /// <summary>After something that may have had the furthest end left: stops where it did not matter.</summary>
    private static void LowerMaximum(ExtentNode? node, long removedEnd)
    {
        for (; node is not null && node.MaxLockEnd <= removedEnd; node = node.Up)
        {
            long furthest = Furthest(node);
            if (furthest == node.MaxLockEnd)
                return;
            node.MaxLockEnd = furthest;
        }
    }

    private static long Furthest(ExtentNode node)
    {
        long furthest = node.LockEnd;
        if (node.Left is { } left && left.MaxLockEnd > furthest)
            furthest = left.MaxLockEnd;
        if (node.Right is { } right && right.MaxLockEnd > furthest)
            furthest = right.MaxLockEnd;
        return furthest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsBefore(ExtentNode a, ExtentNode b) =>
        a.Offset < b.Offset || (a.Offset == b.Offset && a.Sequence < b.Sequence);

    private uint NextWeight()
    {
        // xorshift32 (Marsaglia, 2003): balance needs no better randomness, and a fixed seed keeps runs repeatable.
        uint x = _random;
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        return _random = x;
    }

    /// <summary>The theory of the tree, checked in debug builds.</summary>
    [Conditional("DEBUG")]
    internal void AssertInvariants()
    {
        int count = 0;
        for (ExtentNode? node = First; node is not null; node = node.Next)
        {
            count++;
            Debug.Assert(node.Next is null || IsBefore(node, node.Next), "The thread is in order.");
            Debug.Assert(node.Up is null ? node == _root : node.Up.Left == node || node.Up.Right == node,
                "Parents know their children.");
            Debug.Assert(node.Up is null || node.Up.Weight >= node.Weight, "Weights form a heap.");
            Debug.Assert(node.MaxLockEnd == Furthest(node), "Subtrees know their furthest end.");
        }
        Debug.Assert(count == Count, "The thread passes every extent once.");
    }
}
