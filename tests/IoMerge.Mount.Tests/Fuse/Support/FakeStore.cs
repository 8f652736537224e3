using IoMerge.Backends;

namespace IoMerge.Mount.Tests.Fuse.Support;

/// <summary>
/// A store in an array that does what a test says: completes at once, or holds operations until they are let go, or
/// fails them. It checks that what it is asked for keeps the contract of <see cref="IBackend"/>.
/// </summary>
public sealed unsafe class FakeStore : IBackend
{
    private readonly object _lock = new();
    private readonly byte[] _bytes;
    private readonly List<BackendIo> _held = [];
    private long _size;

    public FakeStore(int size, BackendGeometry? geometry = null, int capacity = 0)
    {
        _bytes = new byte[Math.Max(size, capacity)];
        _size = size;
        Geometry = geometry ?? new BackendGeometry { CanZero = true, CanAllocate = true };
    }

    public BackendGeometry Geometry { get; }

    public long Size => Volatile.Read(ref _size);

    /// <summary>True to keep operations until <see cref="LetGo"/>.</summary>
    public volatile bool Holds;

    /// <summary>True to say that reads are done without having put a byte anywhere.</summary>
    public volatile bool Forgets;

    /// <summary>What operations of a kind fail with.</summary>
    public Func<IoKind, Errno> Failure { get; set; } = _ => Errno.None;

    /// <summary>Every operation: kind, extent, flags, members.</summary>
    public List<(IoKind Kind, Extent Extent, IoFlags Flags, int Members)> Log { get; } = [];

    /// <summary>What was wrong with an operation, if anything ever was.</summary>
    public string? Breach { get; private set; }

    public byte[] Content => _bytes;

    public int HeldCount
    {
        get
        {
            lock (_lock)
                return _held.Count;
        }
    }

    /// <summary>
    /// The extents that were announced since a list was put here, each with the number of operations before it.
    /// </summary>
    public List<(Extent Extent, int Before)>? Anticipated { get; set; }

    public void Anticipate(Extent extent)
    {
        lock (_lock)
            Anticipated?.Add((extent, Log.Count));
    }

    public void Submit(BackendIo io)
    {
        lock (_lock)
        {
            Log.Add((io.Kind, io.Extent, io.Flags, io.MemberCount));
            if (Holds)
            {
                _held.Add(io);
                Monitor.PulseAll(_lock);
                return;
            }
        }
        Perform(io);
    }

    /// <summary>Waits until that many operations are held.</summary>
    public void WaitForHeld(int count)
    {
        lock (_lock)
        {
            while (_held.Count < count)
                Assert.True(Monitor.Wait(_lock, TimeSpan.FromSeconds(30)), $"{_held.Count} of {count} operations came");
        }
    }

    /// <summary>Performs a held operation; the first one whose extent begins there.</summary>
    public void LetGo(long offset)
    {
        BackendIo io;
        lock (_lock)
        {
            io = _held.First(held => held.Extent.Offset == offset);
            _held.Remove(io);
        }
        Perform(io);
    }

    /// <summary>Performs the operation that is held longest; there must be one.</summary>
    public void LetFirstGo()
    {
        BackendIo io;
        lock (_lock)
        {
            io = _held[0];
            _held.RemoveAt(0);
        }
        Perform(io);
    }

    /// <summary>Holds nothing any longer and performs what was held.</summary>
    public void LetAllGo()
    {
        Holds = false;
        while (true)
        {
            BackendIo[] all;
            lock (_lock)
            {
                all = [.. _held];
                _held.Clear();
            }
            if (all.Length == 0)
                return;
            foreach (BackendIo io in all)
                Perform(io);
        }
    }

    /// <summary>Completions that the session comes for; null for a store that needs nobody to come.</summary>
    public ICompletionSource? Completions { get; init; }

    /// <summary>What disposal waits for.</summary>
    public Task DisposesAfter { get; set; } = Task.CompletedTask;

    public ValueTask DisposeAsync() => new(DisposesAfter);

    private void Perform(BackendIo io)
    {
        Errno failure = Failure(io.Kind);
        if (failure.IsSuccess && io.Kind.Changes() && io.Extent.End > _bytes.Length)
            failure = Errno.ENOSPC;
        if (failure.IsError)
        {
            io.Complete(failure, 0);
            return;
        }
        long result = 0;
        if (io.Kind.IsTransfer())
        {
            Errno memory = io.RequireSegments();
            Assert.True(memory.IsSuccess);
            result = Transfer(io);
        }
        else if (io.Kind == IoKind.Resize)
        {
            Volatile.Write(ref _size, Math.Min(io.Extent.Offset, _bytes.Length));
        }
        else if (io.Kind == IoKind.Zero)
        {
            _bytes.AsSpan((int)io.Extent.Offset, (int)io.Extent.Length).Clear();
        }
        else if (io.Kind is IoKind.SeekData or IoKind.SeekHole)
        {
            result = io.Extent.Offset + 1;
        }
        io.Complete(Errno.None, result);
    }

    private long Transfer(BackendIo io)
    {
        long end = io.Kind == IoKind.Write && Geometry.CanResize ? _bytes.Length : Size;
        if (io.Extent.End > end && !Geometry.CanResize)
            Breach = $"{io.Kind} {io.Extent} passes the end {end}";
        long position = io.Extent.Offset;
        foreach (IoSegment segment in io.Segments)
        {
            long here = Math.Clamp(end - position, 0, segment.Length);
            Span<byte> memory = new((void*)segment.Address, (int)here);
            if (here > 0 && io.Kind == IoKind.Write)
                memory.CopyTo(_bytes.AsSpan((int)position));
            else if (here > 0 && !Forgets)
                _bytes.AsSpan((int)position, (int)here).CopyTo(memory);
            position += segment.Length;
        }
        if (position != io.Extent.End)
            Breach = $"segments of {io.Kind} {io.Extent} end at {position}";
        if (io.Kind == IoKind.Write)
            Volatile.Write(ref _size, Math.Max(Size, Math.Min(io.Extent.End, end)));
        return Math.Clamp(end - io.Extent.Offset, 0, io.Extent.Length);
    }
}
