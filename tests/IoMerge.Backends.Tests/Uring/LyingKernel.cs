using System.Runtime.InteropServices;
using IoMerge.Rings;
using static IoMerge.Rings.IoUringConstants;

namespace IoMerge.Backends.Tests;

/// <summary>
/// A kernel for rings that does what a test tells it: it refuses to set up, fails to enter, keeps operations, answers
/// them late, twice or with any number. What it is not told about is done for real.
/// </summary>
/// <param name="real">Does what an entry asks for, and returns what the kernel would.</param>
internal sealed unsafe class LyingKernel(Func<IoUringSqe, int> real) : IRingKernel, IDisposable
{
    internal const int Completions = 64;
    private const int QueueBytes = 4096;
    private const int Places = 2048;
    private readonly object _gate = new();
    private readonly List<IoUringSqe> _kept = [];
    private readonly List<nint> _memory = [];
    private readonly Queue<(ulong Ticket, int Result)> _overflow = new();
    private byte* _queues;
    private IoUringSqe* _entries;
    private bool _isSignalled;
    private int? _awaitedRing;
    private int _enterFailures;
    private Errno _enterError;

    /// <summary>Most entries that wait to be submitted; a power of two up to 128.</summary>
    internal uint Entries { get; init; } = 8;

    /// <summary>Most entries that one call takes.</summary>
    internal uint MostTaken { get; set; } = uint.MaxValue;

    /// <summary>Errors of the next setups, one after the other.</summary>
    internal Queue<Errno> SetupErrors { get; } = new();

    /// <summary>Registrations that are refused with ENOMEM.</summary>
    internal HashSet<uint> RefusedRegistrations { get; } = [];

    /// <summary>Operation codes that this kernel does not have.</summary>
    internal HashSet<byte> MissingCodes { get; } = [];

    /// <summary>The answer to an entry; null to do what was asked; <see cref="Keep"/> to not answer.</summary>
    internal Func<IoUringSqe, int?> Answer { get; set; } = _ => null;

    /// <summary>The answer that is none.</summary>
    internal const int Keep = int.MinValue;

    /// <summary>Most completions that lie in the queue; what is beyond overflows.</summary>
    internal uint MostCompletions { get; set; } = Completions;

    /// <summary>How many entries each call submitted, where it submitted any.</summary>
    internal List<uint> Submissions { get; } = [];

    /// <summary>What the rings were set up with.</summary>
    internal List<uint> Flags { get; } = [];

    /// <summary>The operations that are kept.</summary>
    internal IReadOnlyList<IoUringSqe> Kept
    {
        get
        {
            lock (_gate)
                return [.. _kept];
        }
    }

    /// <summary>The operations that the kernel was asked to give up.</summary>
    internal List<ulong> Cancels { get; } = [];

    /// <summary>True while somebody sleeps until a completion is there.</summary>
    internal bool IsAwaited
    {
        get
        {
            lock (_gate)
                return _awaitedRing >= 0;
        }
    }

    /// <summary>True while somebody sleeps until a signal is there, whatever completes.</summary>
    internal bool IsOnlySignalAwaited
    {
        get
        {
            lock (_gate)
                return _awaitedRing < 0;
        }
    }

    /// <summary>Descriptors that are open.</summary>
    internal int Open { get; private set; }

    /// <summary>Lets the next calls that submit something fail.</summary>
    internal void FailToEnter(int times, Errno error)
    {
        lock (_gate)
            (_enterFailures, _enterError) = (times, error);
    }

    /// <summary>Answers something, asked for or not.</summary>
    internal void Complete(ulong ticket, int result)
    {
        lock (_gate)
        {
            _kept.RemoveAll(entry => entry.user_data == ticket);
            PushLocked(ticket, result);
        }
    }

    public int Setup(uint entries, IoUringParams* parameters, out Errno error)
    {
        lock (_gate)
        {
            Flags.Add(parameters->flags);
            if (SetupErrors.TryDequeue(out error))
                return -1;
            Open++;
        }
        parameters->sq_entries = Entries;
        parameters->cq_entries = Completions;
        parameters->features = IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP | IORING_FEAT_SUBMIT_STABLE;
        parameters->sq_off = new IoSqringOffsets { head = 0, tail = 4, ring_mask = 8, flags = 12, array = Places };
        parameters->cq_off = new IoCqringOffsets { head = 128, tail = 132, ring_mask = 136, cqes = 256 };
        return 1000;
    }

    public void* Map(int ring, nuint length, long offset)
    {
        void* memory = NativeMemory.AllocZeroed(Math.Max(length, QueueBytes));
        lock (_gate)
            _memory.Add((nint)memory);
        if (offset == IORING_OFF_SQES)
        {
            _entries = (IoUringSqe*)memory;
            return memory;
        }
        _queues = (byte*)memory;
        *(uint*)(_queues + 8) = Entries - 1;
        *(uint*)(_queues + 136) = Completions - 1;
        return memory;
    }

    // Its memory lives as long as it does: a test may answer after the ring is gone.
    public void Unmap(void* start, nuint length) { }

    public Errno Register(int ring, uint operation, void* argument, uint count)
    {
        if (RefusedRegistrations.Contains(operation))
            return Errno.ENOMEM;
        if (operation == IORING_REGISTER_PROBE)
        {
            ((IoUringProbe*)argument)->ops_len = 64;
            IoUringProbeOp* codes = (IoUringProbeOp*)((byte*)argument + sizeof(IoUringProbe));
            for (byte code = 0; code < 64; code++)
                codes[code].flags = MissingCodes.Contains(code) ? (ushort)0 : IO_URING_OP_SUPPORTED;
        }
        return Errno.None;
    }

    public int Enter(int ring, uint submit, uint wait, out Errno error)
    {
        lock (_gate)
        {
            error = Errno.None;
            if (submit > 0 && _enterFailures > 0)
            {
                _enterFailures--;
                error = _enterError;
                return -1;
            }
            uint taken = TakeLocked(submit);
            FillLocked();
            return (int)taken;
        }
    }

    public int OpenSignal(out Errno error)
    {
        lock (_gate)
            Open++;
        error = Errno.None;
        return 1001;
    }

    public void Signal(int descriptor)
    {
        lock (_gate)
        {
            _isSignalled = true;
            Monitor.PulseAll(_gate);
        }
    }

    public void Await(int ring, int signal)
    {
        lock (_gate)
        {
            _awaitedRing = ring;
            while (!_isSignalled && (ring < 0 || IsEmptyLocked()))
                Monitor.Wait(_gate);
            _awaitedRing = null;
            _isSignalled = false;
        }
    }

    public void Close(int descriptor)
    {
        lock (_gate)
            Open--;
    }

    public void Dispose()
    {
        foreach (nint memory in _memory)
            NativeMemory.Free((void*)memory);
        _memory.Clear();
    }

    private uint TakeLocked(uint submit)
    {
        uint head = *(uint*)_queues;
        uint tail = Math.Min(Volatile.Read(ref *(uint*)(_queues + 4)), head + Math.Min(submit, MostTaken));
        if (head != tail)
            Submissions.Add(tail - head);
        for (uint position = head; position != tail; position++)
            CarryOutLocked(_entries[((uint*)(_queues + Places))[position & (Entries - 1)]]);
        Volatile.Write(ref *(uint*)_queues, tail);
        return tail - head;
    }

    private void CarryOutLocked(in IoUringSqe entry)
    {
        if (entry.opcode == IORING_OP_ASYNC_CANCEL)
            Cancels.Add(entry.addr);
        int result = Answer(entry) ?? DoIt(entry);
        if (result == Keep)
            _kept.Add(entry);
        else
            PushLocked(entry.user_data, result);
    }

    /// <summary>Does what an entry asks for.</summary>
    internal int DoIt(IoUringSqe entry) => real(entry);

    private bool IsEmptyLocked() =>
        Volatile.Read(ref *(uint*)(_queues + 128)) == Volatile.Read(ref *(uint*)(_queues + 132));

    private void PushLocked(ulong ticket, int result)
    {
        _overflow.Enqueue((ticket, result));
        FillLocked();
        Monitor.PulseAll(_gate);
    }

    /// <summary>What does not fit waits, as the real one lets it, until the next call.</summary>
    private void FillLocked()
    {
        while (_overflow.Count > 0)
        {
            *(uint*)(_queues + 12) = IORING_SQ_CQ_OVERFLOW;
            uint tail = *(uint*)(_queues + 132);
            if (tail - Volatile.Read(ref *(uint*)(_queues + 128)) >= MostCompletions)
                return;
            (ulong ticket, int result) = _overflow.Dequeue();
            IoUringCqe* place = (IoUringCqe*)(_queues + 256) + (tail & (Completions - 1));
            *place = new IoUringCqe { user_data = ticket, res = result };
            Volatile.Write(ref *(uint*)(_queues + 132), tail + 1);
        }
        *(uint*)(_queues + 12) = 0;
    }
}
