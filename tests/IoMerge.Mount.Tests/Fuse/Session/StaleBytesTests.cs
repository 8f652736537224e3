using IoMerge.Backends;
using IoMerge.Mount.Tests.Fuse.Support;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Tests.Fuse.Session;

/// <summary>
/// No reply and no write carries bytes that were left in pooled memory. All memory that holds nobody's data is filled
/// with a pattern here (<see cref="MemoryPoison"/>), which the volume never has.
/// </summary>
public sealed class StaleBytesTests
{
    private const int Capacity = 256 << 10;
    private const int EIO = 5;

    [Fact]
    public async Task Read_OfStoreThatPutsNothingAnywhere_ShowsThePattern()
    {
        Assert.True(MemoryPoison.IsOn, "the switch does not reach this process");
        await using var session = new TestSession(new FakeStore(Capacity));
        // Memory that is new, and memory that others' bytes have been in.
        for (int round = 0; round < 3; round++)
        {
            session.Store.Forgets = true;
            Reply reply = session.Kernel.Call(Message.Read, TestSession.Disk, Message.ReadAt(0, 20_000));
            Assert.Equal((0, 20_000), (reply.Error, reply.Body.Length));
            Assert.Equal(-1, reply.Body.AsSpan().IndexOfAnyExcept(MemoryPoison.Pattern));
            session.Store.Forgets = false;
            session.Kernel.Call(Message.Read, TestSession.Disk, Message.ReadAt(0, 20_000));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Reads_ShortFailedAndMerged_CarryTheVolumesBytesAndNoOthers(int seed)
    {
        var random = new Random(seed);
        FakeStore store = NamespaceTests.Growable(Capacity);
        Clean(0, Capacity).CopyTo(store.Content, 0);
        var options = new SchedulerOptions { Hold = { Mode = HoldMode.Off }, Depth = 1 };
        options.Merge.ReadGapBytes = 8 << 10;
        await using var session = new TestSession(store, scheduler: options);
        for (int round = 0; round < 60; round++)
        {
            // The end moves, so that memory that was full before comes back with a short read.
            long end = random.Next(Capacity / 2, Capacity);
            session.Kernel.Call(Message.SetAttr, TestSession.Disk, Message.SetAttributes(8, (ulong)end));
            bool fails = random.Next(4) == 0;
            store.Failure = kind => fails && kind == IoKind.Read ? Errno.EIO : Errno.None;
            foreach ((Reply reply, long offset, int size) in Burst(session, random, end))
            {
                Assert.Equal(fails ? EIO : 0, reply.Error);
                int there = fails ? 0 : (int)Math.Clamp(end - offset, 0, size);
                Assert.Equal(Clean(offset, there), reply.Body);
            }
        }
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(8192)]
    [InlineData(5000)]
    public async Task Writes_ThatLandBehindEachOther_ReachTheStoreAsTheyWere(int size)
    {
        const int Writes = 20;
        // All are there before the session looks: one burst, in which heads land over the ends of payloads.
        var store = new FakeStore(Capacity);
        await using var session = new TestSession(store, start: false);
        session.Kernel.LeaveInit();
        for (int index = 0; index < Writes; index++)
        {
            session.Kernel.Leave(Message.Write, TestSession.Disk,
                Message.WriteAt((ulong)(index * size), Clean(index * size, size)));
        }
        session.Session.Start();
        for (int answered = 0; answered < Writes + 1; answered++)
            Assert.Equal(0, session.Kernel.Receive().Error);
        // And again one by one, into memory that was given back.
        for (int index = 0; index < Writes; index++)
        {
            Reply reply = session.Kernel.Call(Message.Write, TestSession.Disk,
                Message.WriteAt((ulong)(index * size), Clean(index * size, size)));
            Assert.Equal(0, reply.Error);
        }
        Assert.Equal(Clean(0, Writes * size), store.Content.AsSpan(0, Writes * size).ToArray());
    }

    [Fact]
    public async Task Writes_WhoseReplyIsAwaited_StayUntilTheStoreHasThem()
    {
        const int Size = 4096;
        var store = new FakeStore(Capacity) { Holds = true };
        await using var session = new TestSession(store,
            scheduler: new SchedulerOptions { Hold = { Mode = HoldMode.Off }, Merge = { Level = MergeLevel.Off } });
        for (int index = 0; index < 8; index++)
        {
            // Not adjacent: each is an operation of its own. The landing is asked for anew with each message.
            session.Kernel.Send(Message.Write, TestSession.Disk,
                Message.WriteAt((ulong)(index * 2 * Size), Clean(index * 2 * Size, Size)));
        }
        store.WaitForHeld(8);
        store.LetAllGo();
        for (int index = 0; index < 8; index++)
            Assert.Equal(0, session.Kernel.Receive().Error);
        for (int index = 0; index < 8; index++)
            Assert.Equal(Clean(index * 2 * Size, Size), store.Content.AsSpan(index * 2 * Size, Size).ToArray());
    }

    // One read that the store holds, and behind it others that merge while they wait, some with gaps between them.
    private static List<(Reply Reply, long Offset, int Size)> Burst(TestSession session, Random random, long end)
    {
        session.Store.Holds = true;
        Dictionary<ulong, (long Offset, int Size)> asked = [];
        long offset = Math.Max(0, end - random.Next(1, 120_000));
        for (int count = random.Next(1, 12); asked.Count < count;)
        {
            int size = random.Next(1, 20_000);
            asked.Add(session.Kernel.Send(Message.Read, TestSession.Disk, Message.ReadAt((ulong)offset, (uint)size)),
                (offset, size));
            offset += size + random.Next(3) * random.Next(6000);
        }
        session.Store.WaitForHeld(1);
        session.Store.LetAllGo();
        List<(Reply, long, int)> answers = [];
        while (answers.Count < asked.Count)
        {
            Reply reply = session.Kernel.Receive();
            answers.Add((reply, asked[reply.Unique].Offset, asked[reply.Unique].Size));
        }
        return answers;
    }

    // Bytes that say where they belong, none of them the poison.
    private static byte[] Clean(long offset, int length)
    {
        byte[] bytes = Message.Pattern(offset, length);
        bytes.AsSpan().Replace(MemoryPoison.Pattern, (byte)0);
        return bytes;
    }
}
