using IoMerge.Mount.Fuse;
using IoMerge.Mount.Hosting;
using IoMerge.Mount.Tests.Hosting;
using IoMerge.Mount.Volumes;
using IoMerge.Scheduler;
using IoMerge.Traces;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoMerge.Mount.Tests.Fuse.Support;

/// <summary>A session over a fake kernel with one volume, "disk" (node 2), on a fake store.</summary>
public sealed class TestSession : IAsyncDisposable
{
    public const ulong Disk = 2;

    private readonly IoScheduler _scheduler;

    public TestSession(FakeStore? store = null, FuseOptions? options = null, VolumeOptions? volume = null,
        SchedulerOptions? scheduler = null, bool start = true, TraceRecorder? recorder = null)
    {
        Store = store ?? new FakeStore(1 << 20);
        _scheduler = new IoScheduler(Store, scheduler ?? new SchedulerOptions { Hold = { Mode = HoldMode.Off } });
        Volume = new Volume("disk", _scheduler, volume ?? new VolumeOptions(), TimeProvider.System);
        options ??= new FuseOptions { MaxWrite = 128L << 10, Readers = 1 };
        Session = new FuseSession(
            Kernel.ServerFd, [Volume], options, NullLogger.Instance, recorder, new VolumeTuner(Log));
        if (!start)
            return;
        Session.Start();
        Assert.Equal(0, Kernel.Init().Error);
    }

    public FakeKernel Kernel { get; } = new();

    public FakeStore Store { get; }

    public Volume Volume { get; }

    /// <summary>What was logged about changes of settings.</summary>
    internal RememberedLog Log { get; } = new();

    public FuseSession Session { get; }

    public IoScheduler Scheduler => _scheduler;

    public async ValueTask DisposeAsync()
    {
        Kernel.Dispose(); // first: nobody reads the replies to what is let go
        Store.LetAllGo();
        await _scheduler.DisposeAsync();
        await Session.DisposeAsync();
        Assert.Equal(0, Session.Outstanding);
        Assert.Null(Store.Breach);
    }
}
