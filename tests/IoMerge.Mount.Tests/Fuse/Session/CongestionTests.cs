using IoMerge.Backends;
using IoMerge.Mount.Fuse;
using IoMerge.Mount.Tests.Fuse.Support;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Tests.Fuse.Session;

/// <summary>What readers take, and leave, while a scheduler is congested.</summary>
public sealed class CongestionTests
{
    private const int KiB = 1 << 10;

    /// <summary>One request is admitted; 256 requests or 16 MiB are the reserve.</summary>
    private const int Admitted = 1, ReserveRequests = 256, ReserveBytes = 16 << 20;

    /// <summary>Each reader may have one plug on the way when the reserve is used up.</summary>
    private const int PlugRequests = 64, PlugBytes = 1 << 20;

    /// <summary>So many answers at least leave the reserve used up, and the readers asleep.</summary>
    private const int Asleep = (PlugBytes / (128 * KiB)) - 1;

    private const int More = 450;

    [Fact]
    public async Task Readers_QueueFull_ServeFlushAndAnswerEverything()
    {
        await using var session = new TestSession(
            options: new FuseOptions { MaxWrite = 128L << 10, Readers = 2 },
            scheduler: new SchedulerOptions { Depth = 2, QueueMaxRequests = 4, Hold = { Mode = HoldMode.Off } });
        session.Store.Holds = true;
        const int count = 20;
        for (int index = 0; index < count; index++)
            session.Kernel.Send(Message.Write, TestSession.Disk,
                Message.WriteAt((ulong)index * 8192, Message.Pattern(index * 8192, 512)));
        session.Store.WaitForHeld(2);
        Assert.Equal(0, session.Kernel.Call(Message.Flush, TestSession.Disk, Message.FlushBody()).Error);
        Assert.True(session.Scheduler.IsCongested);
        session.Store.LetAllGo();
        for (int index = 0; index < count; index++)
            Assert.Equal(0, session.Kernel.Receive().Error);
        for (int index = 0; index < count; index++)
            Assert.Equal(Message.Pattern(index * 8192, 512), session.Store.Content.AsSpan(index * 8192, 512).ToArray());
    }

    /// <summary>The kernel has more from the very beginning, so a reader never finds nothing.</summary>
    [Theory]
    [InlineData(1, 16, ReserveRequests + PlugRequests)]
    [InlineData(2, 16, ReserveRequests + PlugRequests)] // too light to be worth a second reader
    [InlineData(1, 128 * KiB, (ReserveBytes + PlugBytes) / (128 * KiB))]
    public async Task Readers_KernelAlwaysHasMore_TakeNoMoreThanTheReserve(int readers, int size, int bound)
    {
        await using TestSession session = await StartStalled(readers, size);
        for (int answered = 0; answered < More; answered++)
        {
            session.Store.WaitForHeld(1);
            if (answered < Asleep)
                Assert.InRange(session.Session.Outstanding, 1, Admitted + bound);
            session.Store.LetFirstGo(); // two readers may submit their plugs in either order
            Reply reply = session.Kernel.Receive();
            Assert.Equal((0, size), (reply.Error, reply.Body.Length));
        }
    }

    /// <summary>Writes bring their bytes along, which must lie somewhere.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Readers_WritesWithoutEnd_KeepNoMoreThanTheReserve(int readers)
    {
        const int size = 128 * KiB, count = 300;
        await using var session = new TestSession(new FakeStore(count * size), Options(readers),
            scheduler: Narrow());
        session.Store.Holds = true;
        Task sending = Task.Run(() =>
        {
            for (int index = 0; index < count; index++)
            {
                byte[] data = Message.Pattern(index * size, size);
                session.Kernel.Send(Message.Write, TestSession.Disk, Message.WriteAt((ulong)(index * size), data));
            }
        }, TestContext.Current.CancellationToken);
        await Exhausted(session);
        Assert.InRange(session.Session.Outstanding, 1, Admitted + ((ReserveBytes + (readers * PlugBytes)) / size));
        for (int index = 0; index < count; index++)
        {
            session.Store.WaitForHeld(1);
            session.Store.LetFirstGo();
            Assert.Equal(0, session.Kernel.Receive().Error);
        }
        await sending;
        Assert.True(session.Store.Content.AsSpan().SequenceEqual(Message.Pattern(0, count * size)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Readers_ReserveUsedUp_SeeTheUnmount(int readers)
    {
        await using TestSession session = await StartStalled(readers, 16);
        session.Kernel.Dispose();
        Assert.Equal(SessionEndReason.Unmounted, (await session.Session.Completion).Reason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Readers_ReserveUsedUp_SeeTheEndOfTheSession(int readers)
    {
        await using TestSession session = await StartStalled(readers, 16);
        await session.Session.DisposeAsync();
        Assert.Equal(SessionEndReason.Aborted, (await session.Session.Completion).Reason);
    }

    /// <summary>A lead that was kept in a congestion is handed over again after it.</summary>
    [Fact]
    public async Task Followers_AfterCongestion_AreUsedAgain()
    {
        const int burst = 30; // no congestion in itself
        await using TestSession session = await StartStalled(readers: 2, 16, burst);
        Task letting = Task.Run(session.Store.LetAllGo, TestContext.Current.CancellationToken); // replies need a reader
        for (int answered = 0; answered < More; answered++)
            session.Kernel.Receive();
        await letting;
        var seen = new HashSet<string>();
        session.Store.Failure = _ =>
        {
            lock (seen)
                seen.Add(Thread.CurrentThread.Name ?? "");
            return Errno.None;
        };
        for (int round = 0; round < 1000 && seen.Count < 2; round++)
        {
            for (int index = 0; index < burst; index++)
                session.Kernel.Leave(Message.Read, TestSession.Disk, Message.ReadAt(0, 128 * KiB));
            for (int index = 0; index < burst; index++)
                Assert.Equal(0, session.Kernel.Receive().Error);
        }
        Assert.Superset(new HashSet<string> { "fuse-reader-0", "fuse-reader-1" }, seen);
    }

    private static FuseOptions Options(int readers) => new() { MaxWrite = 128 * KiB, Readers = readers };

    private static SchedulerOptions Narrow(int admitted = Admitted) =>
        new() { Depth = 1, QueueMaxRequests = admitted, Hold = { Mode = HoldMode.Off } };

    /// <summary>A session that finds more reads than it may take, on a store that answers none of them.</summary>
    private static async Task<TestSession> StartStalled(int readers, int size, int admitted = Admitted)
    {
        var store = new FakeStore(Math.Max(More * size, 128 * KiB));
        var session = new TestSession(store, Options(readers), scheduler: Narrow(admitted), start: false);
        session.Store.Holds = true;
        ulong greeting = session.Kernel.LeaveInit();
        for (int index = 0; index < More; index++)
            session.Kernel.Leave(Message.Read, TestSession.Disk, Message.ReadAt((ulong)(index * size), (uint)size));
        session.Session.Start();
        Assert.Equal(greeting, session.Kernel.Receive().Unique);
        await Exhausted(session);
        return session;
    }

    private static async Task Exhausted(TestSession session)
    {
        while (!session.Scheduler.IsReserveExhausted)
            await Task.Yield();
    }
}
