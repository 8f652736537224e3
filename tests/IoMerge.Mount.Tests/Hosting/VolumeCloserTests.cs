using IoMerge.Backends;
using IoMerge.Mount.Hosting;
using IoMerge.Mount.Tests.Fuse.Support;
using IoMerge.Mount.Volumes;
using IoMerge.Scheduler;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Tests.Hosting;

/// <summary>The end of a volume: clean and silent, or told in the log with its name.</summary>
public sealed class VolumeCloserTests : IDisposable
{
    private readonly RememberedLog _log = new();
    private readonly FakeStore _store = new(4096);
    private readonly CancellationTokenSource _impatience = new();

    [Fact]
    public async Task Close_OfAVolumeWithNothingWrong_IsCleanAndSilent()
    {
        Assert.True(await CloseAsync(Open()));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Close_AfterAWriteErrorThatNobodyWasTold_NamesVolumeAndErrno()
    {
        Volume volume = Open();
        volume.WriteErrors.Remember(Errno.ENOSPC);

        Assert.False(await CloseAsync(volume));

        AssertCritical("disk", "ENOSPC");
    }

    [Fact]
    public async Task Close_WithAFlushThatFails_NamesVolumeAndErrno()
    {
        _store.Failure = kind => kind == IoKind.Flush ? Errno.EIO : Errno.None;

        Assert.False(await CloseAsync(Open()));

        AssertCritical("disk", "last flush EIO");
    }

    [Fact]
    public async Task Close_CutShortByASecondSignal_SaysSo()
    {
        _store.Holds = true;
        Task<bool> closing = CloseAsync(Open());
        _store.WaitForHeld(1);
        await _impatience.CancelAsync();

        Assert.False(await closing);

        AssertCritical("disk", "second signal");
        _store.LetAllGo();
    }

    [Fact]
    public async Task Close_OfAStoreThatNeverCloses_EndsAndNamesTheVolume()
    {
        _store.DisposesAfter = new TaskCompletionSource().Task;

        Assert.False(await CloseAsync(Open(drainTimeoutMs: 1)));

        AssertCritical("disk", "did not close");
    }

    [Fact]
    public async Task Close_OfAStoreThatHangsWhereItIsCalled_EndsAndNamesTheVolume()
    {
        using var released = new ManualResetEventSlim();
        _store.Failure = _ =>
        {
            released.Wait();
            return Errno.None;
        };

        Assert.False(await CloseAsync(Open(drainTimeoutMs: 1), graceMs: 1));

        AssertCritical("disk", "hangs");
        released.Set();
    }

    public void Dispose() => _impatience.Dispose();

    private Volume Open(int drainTimeoutMs = 30_000) => new(
        "disk", new IoScheduler(_store, new SchedulerOptions { DrainTimeoutMs = drainTimeoutMs }), new VolumeOptions(),
        TimeProvider.System);

    private Task<bool> CloseAsync(Volume volume, int graceMs = 60_000)
    {
        var patience = new Patience(TimeProvider.System, _impatience.Token);
        return new VolumeCloser(patience, _log) { GraceMs = graceMs }.CloseAsync(volume);
    }

    private void AssertCritical(params string[] parts)
    {
        (LogLevel level, string text) = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Critical, level);
        Assert.All(parts, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }
}
