using IoMerge.Backends;
using IoMerge.Mount.Fuse;
using IoMerge.Mount.Hosting;
using IoMerge.Mount.Tests.Fuse.Support;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Tests.Hosting;

/// <summary>The end of a session: its readers leave, or one hangs and is told of.</summary>
public sealed class SessionCloserTests : IDisposable
{
    private readonly RememberedLog _log = new();
    private readonly CancellationTokenSource _impatience = new();

    [Fact]
    public async Task Close_OfASessionWithNothingWrong_TellsItsEndAndNothingElse()
    {
        await using var session = new TestSession();

        Assert.Equal(SessionEndReason.Aborted, (await CloseAsync(session, graceMs: 60_000))?.Reason);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Close_AfterASecondSignal_StillLetsReadersGetHome()
    {
        await using var session = new TestSession();
        await _impatience.CancelAsync();

        Assert.Equal(SessionEndReason.Aborted, (await CloseAsync(session, graceMs: 60_000))?.Reason);
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData(false, "1 ms")]
    [InlineData(true, "second signal")]
    public async Task Close_WithAReaderThatHangsInItsStore_EndsAndSaysSo(bool isSignalled, string why)
    {
        using var entered = new ManualResetEventSlim();
        using var released = new ManualResetEventSlim();
        await using var session = new TestSession();
        session.Store.Failure = _ =>
        {
            entered.Set();
            released.Wait();
            return Errno.None;
        };
        session.Kernel.Send(Message.Read, TestSession.Disk, Message.ReadAt(0, 512));
        entered.Wait(TestContext.Current.CancellationToken);
        if (isSignalled)
            await _impatience.CancelAsync();

        Assert.Null(await CloseAsync(session, graceMs: isSignalled ? 60_000 : 1));

        (LogLevel level, string text) = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Critical, level);
        Assert.Contains("hangs", text, StringComparison.Ordinal);
        Assert.Contains("unanswered requests: 1", text, StringComparison.Ordinal);
        Assert.Contains(why, text, StringComparison.Ordinal);
        released.Set();
    }

    public void Dispose() => _impatience.Dispose();

    private Task<SessionEnd?> CloseAsync(TestSession session, int graceMs) =>
        new SessionCloser(new Patience(TimeProvider.System, _impatience.Token), _log) { GraceMs = graceMs }
            .CloseAsync(session.Session, drainTimeoutMs: 0);
}
