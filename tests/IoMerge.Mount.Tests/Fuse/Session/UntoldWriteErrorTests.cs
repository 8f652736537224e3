using IoMerge.Backends;
using IoMerge.Mount.Fuse;
using IoMerge.Mount.Tests.Fuse.Support;

namespace IoMerge.Mount.Tests.Fuse.Session;

/// <summary>A write that fails where its caller cannot be told: every fsync says so from then on.</summary>
public sealed class UntoldWriteErrorTests
{
    private const int EIO = 5, EINVAL = 22, ENOENT = 2, ENOSPC = 28;
    private const uint FromPageCache = 1;

    [Fact]
    public async Task WriteFromPageCache_Failing_FailsEveryFsync_WhoeverWasToldBefore()
    {
        await using var session = new TestSession();
        ulong reader = Open(session, 0x8000), writer = Open(session, 0x8002);
        FailOnce(session, Message.WriteAt(0, [1], FromPageCache));

        Assert.Equal(0, Close(session, reader));
        Assert.Equal([EIO, EIO], [Close(session, writer), Close(session, writer)]);
        for (int round = 0; round < 3; round++)
            Assert.Equal(EIO, session.Kernel.Call(Message.FSync, TestSession.Disk, Message.Sync()).Error);
        Assert.Equal(0, Close(session, Open(session, 0x8000)));
        Assert.Equal(EIO, Close(session, Open(session, 0x8001)));
    }

    [Fact]
    public async Task WriteFromPageCache_RefusedBeforeTheScheduler_CountsToo()
    {
        await using var session = new TestSession(new FakeStore(1000));
        byte[] beyond = Message.WriteAt(1000, [1], FromPageCache);
        Assert.Equal(ENOSPC, session.Kernel.Call(Message.Write, TestSession.Disk, beyond).Error);
        Assert.Equal(ENOSPC, session.Kernel.Call(Message.FSync, TestSession.Disk, Message.Sync()).Error);
    }

    [Fact]
    public async Task Write_FailingWhenItsCallerIsGone_IsKept()
    {
        await using var session = new TestSession();
        session.Store.Failure = _ => Errno.EIO;
        session.Store.Holds = true;
        session.Kernel.Send(Message.Write, TestSession.Disk, Message.WriteAt(0, [1]));
        session.Store.WaitForHeld(1);
        session.Kernel.Dispose();
        session.Store.LetAllGo();
        Assert.Equal(SessionEndReason.Unmounted, (await session.Session.Completion).Reason);
        await session.Scheduler.DrainAsync();
        Assert.Equal(Errno.EIO, session.Volume.WriteErrors.Failure);
    }

    [Fact]
    public async Task Write_FailingBeforeItsCaller_IsNotReportedAgain()
    {
        await using var session = new TestSession();
        ulong writer = Open(session, 0x8002);
        FailOnce(session, Message.WriteAt(0, [1]));
        Assert.Equal(0, session.Kernel.Call(Message.FSync, TestSession.Disk, Message.Sync()).Error);
        Assert.Equal(0, Close(session, writer));
    }

    [Fact]
    public async Task Open_TruncatingForWriting_GivesAWritersHandleToo()
    {
        await using var session = new TestSession(NamespaceTests.Growable(1000));
        ulong writer = Open(session, 0x8201);
        FailOnce(session, Message.WriteAt(0, [1], FromPageCache));
        Assert.Equal(EIO, Close(session, writer));
    }

    [Theory]
    [InlineData(TestSession.Disk, 23, EINVAL)]
    [InlineData(1UL, 24, ENOENT)]
    public async Task Flush_OfWhatCannotBeOpen_Fails(ulong nodeid, int length, int error)
    {
        await using var session = new TestSession();
        Assert.Equal(error, session.Kernel.Call(Message.Flush, nodeid, new byte[length]).Error);
    }

    private static ulong Open(TestSession session, uint flags)
    {
        Reply reply = session.Kernel.Call(Message.Open, TestSession.Disk, Message.OpenWith(flags));
        Assert.Equal(0, reply.Error);
        return reply.U64(0);
    }

    private static int Close(TestSession session, ulong handle) =>
        session.Kernel.Call(Message.Flush, TestSession.Disk, Message.FlushBody(handle)).Error;

    /// <summary>A write that fails, at a store that is well again afterwards.</summary>
    private static void FailOnce(TestSession session, byte[] write)
    {
        session.Store.Failure = kind => kind == IoKind.Write ? Errno.EIO : Errno.None;
        Assert.Equal(EIO, session.Kernel.Call(Message.Write, TestSession.Disk, write).Error);
        session.Store.Failure = _ => Errno.None;
    }
}
