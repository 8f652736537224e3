using IoMerge.Mount.Fuse;
using IoMerge.Mount.Tests.Fuse.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoMerge.Mount.Tests.Fuse.Session;

/// <summary>Beginnings and ends of sessions.</summary>
public sealed class LifetimeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Completion_OtherSideCloses_IsUnmounted(int readers)
    {
        await using var session = new TestSession(options: new FuseOptions { Readers = readers,
            MaxWrite = 128L << 10 });
        session.Kernel.Dispose();
        Assert.Equal(SessionEndReason.Unmounted, (await session.Session.Completion).Reason);
    }

    [Fact]
    public async Task Dispose_RequestInFlight_DescriptorStaysUntilItsReply()
    {
        await using var session = new TestSession();
        session.Store.Holds = true;
        ulong unique = session.Kernel.Send(Message.Read, TestSession.Disk, Message.ReadAt(0, 16));
        session.Store.WaitForHeld(1);
        await session.Session.DisposeAsync();
        Assert.Equal(SessionEndReason.Aborted, (await session.Session.Completion).Reason);
        Assert.Equal(1, session.Session.Outstanding);
        session.Store.LetAllGo();
        Assert.Equal(unique, session.Kernel.Receive().Unique);
        Assert.Null(session.Kernel.TryReceive());
        Assert.Equal(0, session.Session.Outstanding);
    }

    [Fact]
    public async Task Dispose_NeverStarted_ClosesTheChannel()
    {
        var session = new TestSession(start: false);
        await session.Session.DisposeAsync();
        Assert.Null(session.Kernel.TryReceive());
        await Assert.ThrowsAsync<InvalidOperationException>(() => session.Session.Ready);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task Start_Twice_Refuses()
    {
        await using var session = new TestSession();
        Assert.Throws<InvalidOperationException>(session.Session.Start);
    }

    [Fact]
    public async Task Constructor_DescriptorNotOpen_SaysSo()
    {
        await using var other = new TestSession();
        var fault = Assert.Throws<IOException>(() =>
            new FuseSession(1_000_000, [other.Volume], new FuseOptions(), NullLogger.Instance));
        Assert.Contains("1000000", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_OtherSideClosesUnderLoad_EverythingEnds()
    {
        for (int round = 0; round < 20; round++)
        {
            await using var session = new TestSession(options: new FuseOptions { Readers = 2, MaxWrite = 128L << 10 });
            session.Store.Holds = true;
            for (int index = 0; index < 10; index++)
                session.Kernel.Send(Message.Write, TestSession.Disk, Message.WriteAt((ulong)index * 4096, [1]));
            session.Kernel.Dispose();
            Assert.Equal(SessionEndReason.Unmounted, (await session.Session.Completion).Reason);
        }
    }
}
