using IoMerge.Backends;
using static IoMerge.Rings.IoUringConstants;

namespace IoMerge.Rings;

/// <summary>
/// One io_uring: its two queues as they lie in memory that is shared with the kernel. Knows entries, not operations.
/// Each of the queues is for one thread at a time; they may be different threads, unless the ring is for one alone.
/// </summary>
/// <remarks>
/// <para>Why the pointers are safe: the kernel says where its members lie (<see cref="IoSqringOffsets"/>), the mapping
/// is as long as the farthest of them, and every index is cut by the mask, which is one less than the power of two that
/// the queue holds. Nothing outside this file sees them but one entry at a time.</para>
/// <para>The order of memory accesses is the kernel's rule: an entry is written before the tail that shows it
/// (release), and a completion is read after the tail that shows it (acquire) and before the head that gives it back
/// (release).</para>
/// </remarks>
internal sealed unsafe class Ring : IDisposable
{
    private readonly IRingKernel _kernel;
    private readonly byte* _queues;
    private readonly nuint _queuesLength;
    private readonly IoUringSqe* _entries;
    private readonly nuint _entriesLength;
    private readonly uint* _sqHead;
    private readonly uint* _sqTail;
    private readonly uint _sqMask;
    private readonly uint* _sqFlags;
    private readonly uint* _cqHead;
    private readonly uint* _cqTail;
    private readonly uint _cqMask;
    private readonly IoUringCqe* _completions;
    private uint _tail;
    private bool _disposed;

    private Ring(IRingKernel kernel, int descriptor, in IoUringParams facts, byte* queues, IoUringSqe* entries)
    {
        _kernel = kernel;
        Descriptor = descriptor;
        Flags = facts.flags;
        Completions = facts.cq_entries;
        _queues = queues;
        _queuesLength = QueuesLength(facts);
        _entries = entries;
        _entriesLength = EntriesLength(facts);
        _sqHead = (uint*)(queues + facts.sq_off.head);
        _sqTail = (uint*)(queues + facts.sq_off.tail);
        _sqMask = *(uint*)(queues + facts.sq_off.ring_mask);
        _sqFlags = (uint*)(queues + facts.sq_off.flags);
        _cqHead = (uint*)(queues + facts.cq_off.head);
        _cqTail = (uint*)(queues + facts.cq_off.tail);
        _cqMask = *(uint*)(queues + facts.cq_off.ring_mask);
        _completions = (IoUringCqe*)(queues + facts.cq_off.cqes);
        _tail = *_sqTail;
        // Entries are used in the order of their places: the list between queue and entries never changes.
        uint* places = (uint*)(queues + facts.sq_off.array);
        for (uint place = 0; place <= _sqMask; place++)
            places[place] = place;
    }

    /// <summary>The ring's descriptor: readable, for poll(2), when completions wait.</summary>
    internal int Descriptor { get; }

    /// <summary>What it was set up with, IORING_SETUP_*.</summary>
    internal uint Flags { get; }

    /// <summary>How many completions it holds.</summary>
    internal uint Completions { get; }

    /// <summary>Entries that were added and that the kernel has not taken.</summary>
    internal uint Unsubmitted => _tail - Volatile.Read(ref *_sqHead);

    /// <summary>True when there is room for one more entry.</summary>
    internal bool HasRoom => Unsubmitted <= _sqMask;

    /// <summary>True when completions lie in the queue, or wait for room in it. Any thread.</summary>
    internal bool HasCompletions => Volatile.Read(ref *_cqHead) != Volatile.Read(ref *_cqTail) || HasOverflown;

    private bool HasOverflown => (Volatile.Read(ref *_sqFlags) & IORING_SQ_CQ_OVERFLOW) != 0;

    /// <summary>Sets a ring up.</summary>
    /// <returns>Null when the kernel refuses, with the reason as <paramref name="error"/>.</returns>
    internal static Ring? TrySetUp(IRingKernel kernel, uint entries, uint completions, uint flags, out Errno error)
    {
        IoUringParams facts = new() { flags = flags | IORING_SETUP_CQSIZE, cq_entries = completions };
        int descriptor = kernel.Setup(entries, &facts, out error);
        if (descriptor < 0)
            return null;
        byte* queues = null;
        IoUringSqe* table = null;
        if ((facts.features & IORING_FEAT_SINGLE_MMAP) == 0)
        {
            error = Errno.ENOSYS;
        }
        else
        {
            queues = (byte*)kernel.Map(descriptor, QueuesLength(facts), IORING_OFF_SQ_RING);
            table = queues is null
                ? null : (IoUringSqe*)kernel.Map(descriptor, EntriesLength(facts), IORING_OFF_SQES);
            error = table is null ? Errno.ENOMEM : Lacks(facts) ? Errno.ENOSYS : Errno.None;
        }
        if (error.IsSuccess)
            return new Ring(kernel, descriptor, facts, queues, table);
        if (table is not null)
            kernel.Unmap(table, EntriesLength(facts));
        if (queues is not null)
            kernel.Unmap(queues, QueuesLength(facts));
        kernel.Close(descriptor);
        return null;
    }

    /// <summary>A cleared entry to fill in; the kernel sees it with the next <see cref="Enter"/>.</summary>
    internal IoUringSqe* Add()
    {
        IoUringSqe* entry = _entries + (_tail++ & _sqMask);
        *entry = default;
        return entry;
    }

    /// <summary>Gives the kernel what was added, lets completions come in, and waits for so many of them.</summary>
    /// <returns>False when it failed; what was added stays added.</returns>
    internal bool Enter(uint wait, out Errno error)
    {
        Volatile.Write(ref *_sqTail, _tail);
        return _kernel.Enter(Descriptor, Unsubmitted, wait, out error) >= 0;
    }

    /// <summary>Lets completions in that found no room in the queue.</summary>
    internal void TakeInOverflow()
    {
        if (HasOverflown)
            _ = _kernel.Enter(Descriptor, 0, 0, out _);
    }

    /// <summary>Takes the oldest completion, if there is one.</summary>
    internal bool TryTake(out IoUringCqe completion)
    {
        uint head = *_cqHead; // Nobody else writes it.
        if (head == Volatile.Read(ref *_cqTail))
        {
            completion = default;
            return false;
        }
        completion = _completions[head & _cqMask];
        Volatile.Write(ref *_cqHead, head + 1);
        return true;
    }

    /// <summary>Takes back the youngest entry that the kernel has not taken.</summary>
    /// <returns>False when there is none.</returns>
    /// <remarks>The kernel looks at entries during <see cref="Enter"/> only, and this thread is not in it.</remarks>
    internal bool TryWithdraw(out ulong ticket)
    {
        bool any = Unsubmitted > 0;
        ticket = any ? _entries[--_tail & _sqMask].user_data : 0;
        Volatile.Write(ref *_sqTail, _tail);
        return any;
    }

    /// <summary>Registers something with the kernel, IORING_REGISTER_*.</summary>
    internal Errno Register(uint operation, void* argument, uint count) =>
        _kernel.Register(Descriptor, operation, argument, count);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _kernel.Unmap(_entries, _entriesLength);
        _kernel.Unmap(_queues, _queuesLength);
        _kernel.Close(Descriptor);
    }

    // Without these an overflow would lose completions, and memory would have to outlive the submission.
    private static bool Lacks(in IoUringParams facts) =>
        (~facts.features & (IORING_FEAT_NODROP | IORING_FEAT_SUBMIT_STABLE)) != 0;

    private static nuint QueuesLength(in IoUringParams facts) => Math.Max(
        (nuint)facts.sq_off.array + (facts.sq_entries * (nuint)sizeof(uint)),
        (nuint)facts.cq_off.cqes + (facts.cq_entries * (nuint)sizeof(IoUringCqe)));

    private static nuint EntriesLength(in IoUringParams facts) => facts.sq_entries * (nuint)sizeof(IoUringSqe);
}
