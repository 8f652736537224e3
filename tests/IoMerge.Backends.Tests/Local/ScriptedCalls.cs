using System.Collections.Concurrent;
using IoMerge.Backends.Local;

namespace IoMerge.Backends.Tests;

/// <summary>
/// The real system, made to transfer short, to fail at a certain place or to lack abilities; counts what is asked.
/// </summary>
internal sealed unsafe class ScriptedCalls : IStoreCalls
{
    private readonly LinuxStoreCalls _real = LinuxStoreCalls.Instance;
    private int _reads;
    private int _writes;
    private int _syncs;
    private int _noWaitTries;
    private int _allocations;

    internal int Reads => _reads;

    internal int Writes => _writes;

    internal int DataSyncs => _syncs;

    /// <summary>What fsync was called for, by path, in order.</summary>
    internal ConcurrentQueue<string> FullSyncs { get; } = [];

    /// <summary>What fsync of such a descriptor and path answers; null: what the system answers.</summary>
    internal Func<int, string, Errno?>? FullSyncAnswer { get; init; }

    internal int NoWaitTries => _noWaitTries;

    internal int Allocations => _allocations;

    /// <summary>Flags of the last blocking write.</summary>
    internal CallFlags LastWriteFlags { get; private set; }

    /// <summary>Threads that read or wrote.</summary>
    internal HashSet<int> Threads { get; } = [];

    /// <summary>Most bytes a call transfers.</summary>
    internal int MostBytes { get; init; } = int.MaxValue;

    /// <summary>Writes that reach this offset fail there; those before it are cut.</summary>
    internal long BadOffset { get; init; } = long.MaxValue;

    internal Errno BadError { get; init; } = Errno.EIO;

    /// <summary>True: writes transfer nothing and report no error.</summary>
    internal bool WritesMakeNoProgress { get; init; }

    /// <summary>True: writes happen and yet fail, as one whose sync failed does.</summary>
    internal bool WritesFailAfterwards { get; init; }

    /// <summary>True: fallocate and the block ioctls are not supported.</summary>
    internal bool HasNoRangeCalls { get; init; }

    /// <summary>What a transfer that must not wait answers; null: what the system answers.</summary>
    internal Errno? NoWaitAnswer { get; init; }

    /// <summary>True: every transfer throws, as a bug would.</summary>
    internal bool Throws { get; init; }

    public nint Read(int fd, IoSegment* segments, int count, long offset, CallFlags flags, out Errno error)
    {
        if (!Enter(flags, ref _reads, out error))
            return -1;
        if (MostBytes == int.MaxValue)
            return _real.Read(fd, segments, count, offset, flags, out error);
        IoSegment first = new(segments[0].Address, Math.Min(MostBytes, segments[0].Length));
        return _real.Read(fd, &first, 1, offset, flags, out error);
    }

    public nint Write(int fd, IoSegment* segments, int count, long offset, CallFlags flags, out Errno error)
    {
        if (!Enter(flags, ref _writes, out error))
            return -1;
        LastWriteFlags = flags;
        if (WritesMakeNoProgress)
            return 0;
        if (WritesFailAfterwards)
        {
            _ = _real.Write(fd, segments, count, offset, flags, out _);
            error = BadError;
            return -1;
        }
        long limit = Math.Min(MostBytes, BadOffset - offset);
        if (limit <= 0)
        {
            error = BadError;
            return -1;
        }
        if (limit >= int.MaxValue)
            return _real.Write(fd, segments, count, offset, flags, out error);
        IoSegment first = new(segments[0].Address, (nint)Math.Min(limit, segments[0].Length));
        return _real.Write(fd, &first, 1, offset, flags, out error);
    }

    public Errno SyncData(int fd)
    {
        Interlocked.Increment(ref _syncs);
        return _real.SyncData(fd);
    }

    public Errno SyncAll(int fd)
    {
        string path = File.ResolveLinkTarget($"/proc/self/fd/{fd}", returnFinalTarget: false)!.FullName;
        FullSyncs.Enqueue(path);
        return FullSyncAnswer?.Invoke(fd, path) ?? _real.SyncAll(fd);
    }

    public Errno Allocate(int fd, AllocateMode mode, Extent extent)
    {
        Interlocked.Increment(ref _allocations);
        return HasNoRangeCalls ? Errno.EOPNOTSUPP : _real.Allocate(fd, mode, extent);
    }

    public Errno SetLength(int fd, long length) => _real.SetLength(fd, length);

    public Errno Seek(int fd, long offset, bool hole, out long found) => _real.Seek(fd, offset, hole, out found);

    public Errno DiscardBlocks(int fd, Extent extent) =>
        HasNoRangeCalls ? Errno.EOPNOTSUPP : _real.DiscardBlocks(fd, extent);

    public Errno ZeroBlocks(int fd, Extent extent) =>
        HasNoRangeCalls ? Errno.EOPNOTSUPP : _real.ZeroBlocks(fd, extent);

    private bool Enter(CallFlags flags, ref int counter, out Errno error)
    {
        error = Errno.None;
        if (Throws)
            throw new InvalidOperationException("planted");
        if ((flags & CallFlags.NoWait) != 0)
        {
            Interlocked.Increment(ref _noWaitTries);
            error = NoWaitAnswer ?? Errno.None;
            return error.IsSuccess;
        }
        Interlocked.Increment(ref counter);
        lock (Threads)
            Threads.Add(Environment.CurrentManagedThreadId);
        return true;
    }
}
