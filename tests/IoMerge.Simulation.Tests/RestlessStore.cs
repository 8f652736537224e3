using System.Runtime.InteropServices;
using IoMerge.Backends;

namespace IoMerge.Simulation.Tests;

/// <summary>
/// A store in memory that completes from threads of its own, out of order, after seeded pauses, short, lent or with
/// errors. One of them comes for several completions at a time, as the loop of a server does. Bytes move outside of its
/// lock: if operations in flight overlap, they meet here as on a real store.
/// </summary>
internal sealed unsafe class RestlessStore : IBackend, ICompletionSource
{
    private const int Workers = 3;
    private readonly object _gate = new();
    private readonly List<Operation> _waiting = [];
    private readonly List<Operation> _inFlight = [];
    private readonly List<string> _violations = [];
    private readonly IReadOnlyList<Extent> _bad;
    private readonly SharedBlocks _shared;
    private readonly PlantedBug _bug;
    private readonly byte* _bytes;
    private readonly Thread[] _workers;
    private long[] _written;
    private long[] _durable;
    private readonly Random _visits;
    private bool _stopping;

    internal RestlessStore(
        int size, BackendGeometry geometry, IReadOnlyList<Extent> bad, SharedBlocks shared, int seed,
        PlantedBug bug = PlantedBug.None)
    {
        _bug = bug;
        Size = size;
        Geometry = geometry;
        _bad = bad;
        _shared = shared;
        _written = new long[shared.Count];
        _durable = new long[shared.Count];
        _bytes = (byte*)NativeMemory.AllocZeroed((nuint)size);
        _visits = new Random(seed + Workers);
        _workers = [.. Enumerable.Range(0, Workers).Select(worker => new Thread(Work) { IsBackground = true })];
        for (int worker = 0; worker < Workers; worker++)
            _workers[worker].Start(new Random(seed + worker));
    }

    public BackendGeometry Geometry { get; }

    public long Size { get; }

    public ICompletionSource? Completions => this;

    int ICompletionSource.Descriptor => -1;

    bool ICompletionSource.HasCompletions
    {
        get
        {
            lock (_gate)
                return _waiting.Count > 0;
        }
    }

    /// <summary>Works completions off through the scheduler; null until there is one.</summary>
    internal Action? Visit { get; set; }

    /// <summary>How often several completions were worked off together.</summary>
    internal int SharedVisits { get; private set; }

    /// <summary>What the scheduler did that a backend may rely on it not to do.</summary>
    internal IReadOnlyList<string> Violations => _violations;

    /// <summary>All bytes. Only while nothing is in flight.</summary>
    internal ReadOnlySpan<byte> Bytes => new(_bytes, (int)Size);

    /// <summary>For each shared block the version that a flush has made durable.</summary>
    internal long[] DurableVersions()
    {
        lock (_gate)
            return _durable;
    }

    public void Submit(BackendIo io)
    {
        lock (_gate)
        {
            // A flush covers what is completed when it begins.
            Operation operation = new(io, io.Kind, io.Extent, io.Kind == IoKind.Flush ? [.. _written] : null);
            Extent locked = operation.Extent.AlignOutward(Geometry.BlockSize);
            foreach (Operation other in _inFlight)
            {
                bool changes = operation.Kind.Changes() || other.Kind.Changes();
                if (changes && other.Extent.AlignOutward(Geometry.BlockSize).Overlaps(locked))
                    _violations.Add($"{io.Kind} {io.Extent} meets {other.Kind} {other.Extent} in flight.");
            }
            _inFlight.Add(operation);
            _waiting.Add(operation);
            Monitor.Pulse(_gate);
        }
    }

    void ICompletionSource.WorkOff()
    {
        int count = 0;
        while (count < 4 && TryTake(_visits) is { } operation)
        {
            CarryOut(operation, _visits);
            count++;
        }
        SharedVisits += count > 1 ? 1 : 0;
    }

    void ICompletionSource.Adopt() { }

    void ICompletionSource.Release() { }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
        foreach (Thread worker in _workers)
            worker.Join();
        return ValueTask.CompletedTask;
    }

    /// <summary>Gives the memory back; after that there are no bytes.</summary>
    internal void Free() => NativeMemory.Free(_bytes);

    private void Work(object? seeded)
    {
        var random = (Random)seeded!;
        while (AwaitWork())
        {
            if (Visit is { } visit && Thread.CurrentThread == _workers[0])
            {
                visit();
                continue;
            }
            if (TryTake(random) is not { } operation)
                continue;
            if (random.Next(3) == 0)
                Thread.SpinWait(random.Next(3000));
            if (random.Next(8) == 0)
                Thread.Yield();
            CarryOut(operation, random);
        }
    }

    private bool AwaitWork()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_stopping)
                Monitor.Wait(_gate);
            return _waiting.Count > 0;
        }
    }

    private Operation? TryTake(Random random)
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
                return null;
            int index = random.Next(_waiting.Count);
            Operation operation = _waiting[index];
            _waiting.RemoveAt(index);
            return operation;
        }
    }

    private void CarryOut(Operation operation, Random random)
    {
        BackendIo io = operation.Io;
        (Errno error, long bytes) = Outcome(operation, random);
        if (error.IsSuccess && io.AcceptsLoan && random.Next(3) == 0)
        {
            Finish(operation, 0);
            io.CompleteWithLoan((nint)(_bytes + operation.Extent.Offset), operation.Extent.Length);
            return;
        }
        if (operation.Kind.IsTransfer())
            Move(io, _bug == PlantedBug.LostTail && io.MemberCount > 1 ? Math.Max(0, bytes - 1) : bytes);
        else if (operation.Kind == IoKind.Zero)
            new Span<byte>(_bytes + operation.Extent.Offset, (int)operation.Extent.Length).Clear();
        Finish(operation, bytes);
        io.Complete(error, bytes);
    }

    private (Errno Error, long Bytes) Outcome(Operation operation, Random random)
    {
        Extent extent = operation.Extent;
        if (!operation.Kind.IsTransfer())
            return (Errno.None, 0);
        foreach (Extent bad in _bad)
        {
            if (bad.Overlaps(extent))
                return (Errno.EIO, random.NextInt64(Math.Max(0, bad.Offset - extent.Offset) + 1));
        }
        if (operation.Io.MemberCount > 1 && random.Next(10) == 0)
            return (Errno.EIO, random.NextInt64(extent.Length));
        if (random.Next(6) == 0 && extent.Length > 1)
            return (Errno.None, 1 + random.NextInt64(extent.Length - 1));
        return (Errno.None, extent.Length);
    }

    private void Move(BackendIo io, long bytes)
    {
        bool reads = io.Kind == IoKind.Read;
        if (reads)
            io.RequireSegments();
        byte* place = _bytes + io.Extent.Offset;
        foreach (IoSegment segment in io.Segments)
        {
            long length = Math.Min(segment.Length, bytes);
            if (reads)
                Buffer.MemoryCopy(place, (void*)segment.Address, length, length);
            else
                Buffer.MemoryCopy((void*)segment.Address, place, length, length);
            place += length;
            bytes -= length;
        }
    }

    /// <summary>
    /// Lets an operation go, just before it is told: its successor may be here before that call returns.
    /// </summary>
    private void Finish(Operation operation, long bytes)
    {
        lock (_gate)
        {
            if (operation.Kind == IoKind.Write)
                _shared.Note(Bytes, new Extent(operation.Extent.Offset, bytes), _written);
            if (operation.Flushes is { } flushed)
                _durable = flushed;
            _inFlight.Remove(operation);
        }
    }

    /// <summary>One operation as it arrived; the object it came with may serve another as soon as it is told.</summary>
    private sealed class Operation(BackendIo io, IoKind kind, Extent extent, long[]? flushes)
    {
        internal BackendIo Io => io;

        internal IoKind Kind => kind;

        internal Extent Extent => extent;

        internal long[]? Flushes => flushes;
    }
}
