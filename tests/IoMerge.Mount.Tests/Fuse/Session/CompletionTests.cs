using IoMerge.Mount.Fuse;
using IoMerge.Mount.Tests.Fuse.Support;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Tests.Fuse.Session;

/// <summary>Readers wait for a store's completions in the same place as for requests.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly FakeCompletions _completions = new();

    public void Dispose() => _completions.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public async Task Completion_WhileTheReaderWaitsForRequests_IsWorkedOffByIt(int pollUs)
    {
        await using TestSession session = Open(new SchedulerOptions { Hold = { Mode = HoldMode.Off } }, pollUs);
        for (int round = 0; round < 20; round++)
        {
            ulong unique = session.Kernel.Send(Message.Read, TestSession.Disk, Message.ReadAt(0, 16));
            session.Store.WaitForHeld(1);
            _completions.LieReady();
            Assert.Equal(unique, session.Kernel.Receive().Unique);
        }
        Assert.StartsWith("fuse-reader-", _completions.WorkedOffBy, StringComparison.Ordinal);
    }

    /// <summary>What ends the want of room is what completes: the reader must not sleep through it.</summary>
    [Fact]
    public async Task Completion_WhileTheReserveIsUsedUp_IsWorkedOffByTheReader()
    {
        const int count = 400;
        await using TestSession session = Open(new SchedulerOptions
        {
            Depth = 1, QueueMaxRequests = 1, Hold = { Mode = HoldMode.Off }, Merge = { Level = MergeLevel.Off },
        });
        Task sending = Task.Run(() =>
        {
            for (int index = 0; index < count; index++)
                session.Kernel.Send(Message.Read, TestSession.Disk, Message.ReadAt((ulong)index * 32, 16));
        }, TestContext.Current.CancellationToken);
        for (int index = 0; index < count; index++)
        {
            session.Store.WaitForHeld(1);
            _completions.LieReady();
            Assert.Equal(0, session.Kernel.Receive().Error);
        }
        await sending;
    }

    [Fact]
    public async Task Session_ThatEnds_GivesTheCompletionsBack()
    {
        await using TestSession session = Open(new SchedulerOptions());
        Assert.True(_completions.IsAdopted);
        session.Kernel.Dispose();
        await session.Session.Completion;
        Assert.False(_completions.IsAdopted);
    }

    private TestSession Open(SchedulerOptions scheduler, int pollUs = 0)
    {
        FakeStore store = new(1 << 20) { Completions = _completions };
        _completions.OnWorkOff = store.LetFirstGo;
        var options = new FuseOptions { MaxWrite = 128L << 10, Readers = 2, PollUs = pollUs };
        var session = new TestSession(store, options, scheduler: scheduler);
        store.Holds = true;
        return session;
    }
}
