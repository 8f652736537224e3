using IoMerge.Backends.Local;

namespace IoMerge.Backends.Tests;

/// <summary>The real system, with transfers and syncs that do not come back before a test lets them.</summary>
internal sealed unsafe class HeldCalls : IStoreCalls, IDisposable
{
    private readonly LinuxStoreCalls _real = LinuxStoreCalls.Instance;
    private readonly SemaphoreSlim _release = new(0);
    private int _held;

    /// <summary>True to hold the calls that begin from now on, before they do anything.</summary>
    internal bool Holds { get; set; }

    /// <summary>Calls that were held, ever.</summary>
    internal int Held => Volatile.Read(ref _held);

    /// <summary>Lets a call go on that is or will be held.</summary>
    internal void LetGo(int calls = 1) => _release.Release(calls);

    public nint Read(int fd, IoSegment* segments, int count, long offset, CallFlags flags, out Errno error)
    {
        Enter();
        return _real.Read(fd, segments, count, offset, flags, out error);
    }

    public nint Write(int fd, IoSegment* segments, int count, long offset, CallFlags flags, out Errno error)
    {
        Enter();
        return _real.Write(fd, segments, count, offset, flags, out error);
    }

    public Errno SyncData(int fd)
    {
        Enter();
        return _real.SyncData(fd);
    }

    public Errno SyncAll(int fd) => _real.SyncAll(fd);

    public Errno Allocate(int fd, AllocateMode mode, Extent extent) => _real.Allocate(fd, mode, extent);

    public Errno SetLength(int fd, long length) => _real.SetLength(fd, length);

    public Errno Seek(int fd, long offset, bool hole, out long found) => _real.Seek(fd, offset, hole, out found);

    public Errno DiscardBlocks(int fd, Extent extent) => _real.DiscardBlocks(fd, extent);

    public Errno ZeroBlocks(int fd, Extent extent) => _real.ZeroBlocks(fd, extent);

    public void Dispose() => _release.Dispose();

    private void Enter()
    {
        if (!Holds)
            return;
        Interlocked.Increment(ref _held);
        _release.Wait();
    }
}
