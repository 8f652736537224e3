using IoMerge.Backends;
using IoMerge.Mount.Fuse;
using IoMerge.Mount.Tests.Fuse.Support;
using IoMerge.Mount.Volumes;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Tests.Fuse.Session;

/// <summary>Reads and writes through a session: bytes, ends of volumes, order, merging, durability.</summary>
public sealed class TransferTests
{
    private const int EIO = 5, EINTR = 4, ENOENT = 2, EISDIR = 21, EINVAL = 22, EFBIG = 27, ENOSPC = 28, EROFS = 30,
        EOPNOTSUPP = 95, ENXIO = 6;

    [Theory]
    [InlineData(0UL, 100u, 100)]
    [InlineData(900UL, 100u, 100)]
    [InlineData(901UL, 100u, 99)]
    [InlineData(999UL, 4096u, 1)]
    [InlineData(1000UL, 1u, 0)]
    [InlineData(1UL << 62, 4096u, 0)]
    [InlineData(0UL, 0u, 0)]
    public async Task Read_AroundTheEnd_ReturnsWhatExists(ulong offset, uint size, int expected)
    {
        foreach (FakeStore store in new[] { new FakeStore(1000), NamespaceTests.Growable(1000) })
        {
            Message.Pattern(0, 1000).CopyTo(store.Content, 0);
            await using var session = new TestSession(store);
            Reply reply = session.Kernel.Call(Message.Read, TestSession.Disk, Message.ReadAt(offset, size));
            Assert.Equal(0, reply.Error);
            Assert.Equal(Message.Pattern((long)offset, expected), reply.Body);
        }
    }

    [Theory]
    [InlineData(TestSession.Disk, 1UL << 63, 1u, EINVAL)]
    [InlineData(TestSession.Disk, ulong.MaxValue, 4096u, EINVAL)]
    [InlineData(TestSession.Disk, (1UL << 63) - 2, 1u, 0)]
    [InlineData(TestSession.Disk, (1UL << 63) - 1, 1u, EINVAL)]
    [InlineData(TestSession.Disk, 0UL, (128u << 10) + 1, EINVAL)]
    [InlineData(TestSession.Disk, 0UL, uint.MaxValue, EINVAL)]
    [InlineData(1UL, 0UL, 1u, EISDIR)]
    [InlineData(3UL, 0UL, 1u, ENOENT)]
    [InlineData(ulong.MaxValue, 0UL, 1u, ENOENT)]
    public async Task Read_HostileNumbers_Fail(ulong nodeid, ulong offset, uint size, int error)
    {
        await using var session = new TestSession(new FakeStore(1000));
        Assert.Equal(error, session.Kernel.Call(Message.Read, nodeid, Message.ReadAt(offset, size)).Error);
    }

    [Theory]
    [InlineData(false, 0UL, 1000, 0)]
    [InlineData(false, 0UL, 0, 0)]
    [InlineData(false, 999UL, 1, 0)]
    [InlineData(false, 999UL, 2, ENOSPC)]
    [InlineData(false, 1000UL, 1, ENOSPC)]
    [InlineData(false, 1UL << 62, 1, ENOSPC)]
    [InlineData(true, 999UL, 2, 0)]
    [InlineData(true, 5000UL, 100, 0)]
    [InlineData(true, (1UL << 63) - 1, 2, EFBIG)]
    [InlineData(true, 1UL << 63, 1, EFBIG)]
    [InlineData(true, ulong.MaxValue, 1, EFBIG)]
    public async Task Write_AroundTheEnd_IsWholeOrFails(bool growable, ulong offset, int length, int error)
    {
        FakeStore store = growable ? NamespaceTests.Growable(1000) : new FakeStore(1000);
        await using var session = new TestSession(store);
        byte[] data = Message.Pattern((long)offset, length);
        Reply reply = session.Kernel.Call(Message.Write, TestSession.Disk, Message.WriteAt(offset, data));
        Assert.Equal(error, reply.Error);
        if (error != 0)
            return;
        Assert.Equal((8, (uint)length), (reply.Body.Length, reply.U32(0)));
        Assert.Equal(data, store.Content.AsSpan((int)offset, length).ToArray());
    }

    [Fact]
    public async Task Write_ReadOnlyVolume_IsRefused()
    {
        await using var session = new TestSession(volume: new VolumeOptions { ReadOnly = true });
        Assert.Equal(EROFS, session.Kernel.Call(Message.Write, TestSession.Disk, Message.WriteAt(0, [1])).Error);
    }

    [Theory]
    [InlineData(1u, IoFlags.None)]
    [InlineData(0x1001u, IoFlags.DataSync)]
    [InlineData(0x101001u, IoFlags.Sync)]
    [InlineData(0x401u, IoFlags.None)] // O_APPEND: the offset given counts
    public async Task Write_OpenFlags_BecomeDurability(uint flags, IoFlags expected)
    {
        await using var session = new TestSession();
        session.Kernel.Call(Message.Write, TestSession.Disk, Message.WriteAt(64, [1, 2], flags: flags));
        Assert.Equal((IoKind.Write, new Extent(64, 2), expected, 1), session.Store.Log[^1]);
    }

    [Fact]
    public async Task Replies_OutOfOrder_CarryTheirOwnBytes()
    {
        await using var session = new TestSession();
        Message.Pattern(0, 1 << 20).CopyTo(session.Store.Content, 0);
        session.Store.Holds = true;
        ulong first = session.Kernel.Send(Message.Read, TestSession.Disk, Message.ReadAt(0, 512));
        ulong second = session.Kernel.Send(Message.Read, TestSession.Disk, Message.ReadAt(65536, 512));
        session.Store.WaitForHeld(2);
        session.Store.LetGo(65536);
        Reply early = session.Kernel.Receive();
        Assert.Equal(second, early.Unique);
        Assert.Equal(Message.Pattern(65536, 512), early.Body);
        session.Store.LetGo(0);
        Reply late = session.Kernel.Receive();
        Assert.Equal(first, late.Unique);
        Assert.Equal(Message.Pattern(0, 512), late.Body);
    }

    [Fact]
    public async Task Plug_WritesThatArrivedTogether_BecomeOneOperation()
    {
        await using var session = new TestSession(start: false);
        session.Kernel.Send(Message.InitOpcode, 0, Message.Init(7, 45, 0x73fffffb, 0x7fd));
        for (int index = 0; index < 8; index++)
            session.Kernel.Send(Message.Write, TestSession.Disk,
                Message.WriteAt((ulong)index * 512, Message.Pattern(index * 512, 512)));
        session.Session.Start();
        for (int replies = 0; replies < 9; replies++)
            Assert.Equal(0, session.Kernel.Receive().Error);
        Assert.Equal((IoKind.Write, new Extent(0, 4096), IoFlags.None, 8), Assert.Single(session.Store.Log));
        Assert.Equal(Message.Pattern(0, 4096), session.Store.Content.AsSpan(0, 4096).ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Burst_ReadsOfTheSameAndOfNeighbouringBlocks_AreAnsweredOnceEach(bool batch)
    {
        var options = new FuseOptions { MaxWrite = 128L << 10, Readers = 1, BatchReplies = batch };
        await using var session = new TestSession(options: options, start: false);
        Message.Pattern(0, 1 << 20).CopyTo(session.Store.Content, 0);
        session.Kernel.Send(Message.InitOpcode, 0, Message.Init(7, 45, 0x73fffffb, 0x7fd));
        int[] blocks = [0, 1, 1, 2, 0, 40, 40, 41, 80, 120];
        var asked = new Dictionary<ulong, int>();
        foreach (int block in blocks)
        {
            byte[] body = Message.ReadAt((ulong)block * 512, 512);
            asked.Add(session.Kernel.Send(Message.Read, TestSession.Disk, body), block);
        }
        asked.Add(session.Kernel.Send(Message.Write, TestSession.Disk, Message.WriteAt(512 * 1024, [1, 2])), -1);
        session.Session.Start();
        Assert.Equal(0, session.Kernel.Receive().Error);
        while (asked.Count > 0)
        {
            Reply reply = session.Kernel.Receive();
            Assert.True(asked.Remove(reply.Unique, out int block), $"reply {reply.Unique} came twice");
            if (block >= 0)
                Assert.Equal(Message.Pattern(block * 512, 512), reply.Body);
            else
                Assert.Equal(2u, reply.U32(0));
        }
    }

    [Fact]
    public async Task Interrupt_QueuedRequest_AnswersEintrOnce()
    {
        await using TestSession session = OneAtATime();
        session.Store.Holds = true;
        ulong inFlight = session.Kernel.Send(Message.Read, TestSession.Disk, Message.ReadAt(0, 512));
        session.Store.WaitForHeld(1);
        ulong queued = session.Kernel.Send(Message.Read, TestSession.Disk, Message.ReadAt(65536, 512));
        session.Kernel.Send(Message.Interrupt, 0, Message.Bytes(queued), queued | 1);
        session.Kernel.Send(Message.Interrupt, 0, Message.Bytes(inFlight), inFlight | 1);
        Reply interrupted = session.Kernel.Receive();
        Assert.Equal((queued, EINTR), (interrupted.Unique, interrupted.Error));
        session.Store.LetGo(0);
        Reply finished = session.Kernel.Receive();
        Assert.Equal((inFlight, 0, 512), (finished.Unique, finished.Error, finished.Body.Length));
        Assert.Single(session.Store.Log);
    }

    [Fact]
    public async Task Interrupt_SentTwice_AnswersOnceAndTouchesNoOther()
    {
        await using TestSession session = OneAtATime();
        session.Store.Holds = true;
        ulong inFlight = session.Kernel.Send(Message.Read, TestSession.Disk, Message.ReadAt(0, 512));
        session.Store.WaitForHeld(1);
        ulong queued = session.Kernel.Send(Message.Read, TestSession.Disk, Message.ReadAt(65536, 512));
        ulong other = session.Kernel.Send(Message.Read, TestSession.Disk, Message.ReadAt(131072, 512));
        foreach (ulong target in (ulong[])[queued, queued, inFlight, inFlight])
            session.Kernel.Send(Message.Interrupt, 0, Message.Bytes(target), target | 1);
        Reply interrupted = session.Kernel.Receive();
        Assert.Equal((queued, EINTR), (interrupted.Unique, interrupted.Error));
        session.Store.LetGo(0);
        Reply finished = session.Kernel.Receive();
        Assert.Equal((inFlight, 0, 512), (finished.Unique, finished.Error, finished.Body.Length));
        session.Store.WaitForHeld(1);
        // Answered by now, and asked for again: a third that comes too late.
        session.Kernel.Send(Message.Interrupt, 0, Message.Bytes(queued), queued | 1);
        session.Store.LetGo(131072);
        Reply last = session.Kernel.Receive();
        Assert.Equal((other, 0, 512), (last.Unique, last.Error, last.Body.Length));
        session.Store.Holds = false;
        // What would be told twice comes before this answer.
        ulong after = session.Kernel.Send(Message.Read, TestSession.Disk, Message.ReadAt(512, 512));
        Assert.Equal(after, session.Kernel.Receive().Unique);
        Assert.Equal(3, session.Store.Log.Count);
    }

    [Fact]
    public async Task Transfer_ThatArrives_IsAnnouncedToTheStoreFirst()
    {
        await using var session = new TestSession();
        session.Store.Anticipated = [];
        session.Kernel.Call(Message.Write, TestSession.Disk, Message.WriteAt(512, [1, 2, 3]));
        session.Kernel.Call(Message.Read, TestSession.Disk, Message.ReadAt(1024, 512));
        Assert.Equal([(new Extent(512, 3), 0), (new Extent(1024, 512), 1)], session.Store.Anticipated);
    }

    [Fact]
    public async Task LongMessage_BehindAPayloadInUse_IsReadInOnePiece()
    {
        await using var session = new TestSession();
        session.Store.Holds = true;
        byte[] data = [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 3))];
        session.Kernel.Send(Message.Write, TestSession.Disk, Message.WriteAt(0, data));
        session.Store.WaitForHeld(1);
        byte[] name = [.. Enumerable.Repeat((byte)'n', 200), 0];
        Assert.Equal(ENOENT, session.Kernel.Call(Message.Lookup, 1, name).Error);
        session.Store.LetAllGo();
        Assert.Equal(0, session.Kernel.Receive().Error);
        Assert.Equal(data, session.Store.Content[..4096]);
    }

    [Fact]
    public async Task Writes_TakenInOneGo_ArriveWhole()
    {
        // The head of each message passes over the end of the payload before.
        await using var session = new TestSession();
        byte[] name = [.. Enumerable.Repeat((byte)'n', 200), 0];
        var random = new Random(1);
        byte[] data = new byte[8 * 4096];
        for (int round = 0; round < 200; round++)
        {
            random.NextBytes(data);
            for (int page = 0; page < 8; page++)
            {
                session.Kernel.Send(Message.Write, TestSession.Disk,
                    Message.WriteAt((ulong)page * 4096, data[(page * 4096)..((page + 1) * 4096)]));
                session.Kernel.Send(Message.Lookup, 1, name);
            }
            for (int reply = 0; reply < 16; reply++)
                Assert.Contains(session.Kernel.Receive().Error, new[] { 0, ENOENT });
            Assert.Equal(data, session.Store.Content[..data.Length]);
        }
    }

    [Fact]
    public async Task FSync_AfterWrites_FlushesOnceTheyAreDone()
    {
        await using var session = new TestSession();
        session.Store.Holds = true;
        ulong write = session.Kernel.Send(Message.Write, TestSession.Disk, Message.WriteAt(0, [1]));
        ulong sync = session.Kernel.Send(Message.FSync, TestSession.Disk, Message.Sync(dataOnly: true));
        session.Store.WaitForHeld(1);
        session.Store.LetGo(0);
        Assert.Equal(write, session.Kernel.Receive().Unique);
        session.Store.WaitForHeld(1);
        Assert.False(session.Kernel.HasReply());
        session.Store.LetAllGo();
        Assert.Equal(sync, session.Kernel.Receive().Unique);
        Assert.Equal([IoKind.Write, IoKind.Flush], session.Store.Log.Select(entry => entry.Kind));
    }

    [Fact]
    public async Task Store_ErrnoBeyondTheProtocol_BecomesEio()
    {
        await using var session = new TestSession();
        session.Store.Failure = _ => new Errno(512);
        Assert.Equal(EIO, session.Kernel.Call(Message.Read, TestSession.Disk, Message.ReadAt(0, 1)).Error);
    }

    [Theory]
    [InlineData(0UL, 100UL, 0u, 0, IoKind.Allocate, IoFlags.None, 100L)]
    [InlineData(0UL, 100UL, 1u, 0, IoKind.Allocate, IoFlags.KeepSize, 100L)]
    [InlineData(0UL, 100UL, 3u, 0, IoKind.Zero, IoFlags.KeepSize | IoFlags.Unmap, 100L)]
    [InlineData(0UL, 100UL, 0x10u, 0, IoKind.Zero, IoFlags.None, 100L)]
    [InlineData(0UL, 100UL, 0x11u, 0, IoKind.Zero, IoFlags.KeepSize, 100L)]
    [InlineData(900UL, 200UL, 3u, 0, IoKind.Zero, IoFlags.KeepSize | IoFlags.Unmap, 100L)]
    [InlineData(2000UL, 200UL, 3u, 0, null, IoFlags.None, 0L)]
    [InlineData(900UL, 200UL, 0u, ENOSPC, null, IoFlags.None, 0L)]
    [InlineData(900UL, 200UL, 0x10u, ENOSPC, null, IoFlags.None, 0L)]
    [InlineData(0UL, 100UL, 2u, EOPNOTSUPP, null, IoFlags.None, 0L)]
    [InlineData(0UL, 100UL, 8u, EOPNOTSUPP, null, IoFlags.None, 0L)]
    [InlineData(0UL, 0UL, 0u, EINVAL, null, IoFlags.None, 0L)]
    [InlineData(1UL << 63, 1UL, 0u, EINVAL, null, IoFlags.None, 0L)]
    [InlineData((1UL << 63) - 1, 2UL, 0u, EFBIG, null, IoFlags.None, 0L)]
    [InlineData(1UL, ulong.MaxValue, 0u, EFBIG, null, IoFlags.None, 0L)]
    public async Task Fallocate_Modes_BecomeOperations(ulong offset, ulong length, uint mode, int error, IoKind? kind,
        IoFlags flags, long bytes)
    {
        await using var session = new TestSession(new FakeStore(1000));
        Assert.Equal(error, session.Kernel.Call(Message.Fallocate, TestSession.Disk, Message.AllocateAt(offset,
            length, mode)).Error);
        if (kind is null)
            Assert.Empty(session.Store.Log);
        else
            Assert.Equal((kind.Value, new Extent((long)offset, bytes), flags, 1), Assert.Single(session.Store.Log));
    }

    [Fact]
    public async Task Fallocate_StoreThatCannot_SaysSo()
    {
        await using var session = new TestSession(new FakeStore(1000, new BackendGeometry()));
        Assert.Equal(EOPNOTSUPP, session.Kernel.Call(Message.Fallocate, TestSession.Disk, Message.AllocateAt(0, 1,
            0)).Error);
        Assert.Equal(EOPNOTSUPP, session.Kernel.Call(Message.Fallocate, TestSession.Disk, Message.AllocateAt(0, 1,
            3)).Error);
    }

    [Theory]
    [InlineData(false, 10UL, 3u, 0, 10UL)]
    [InlineData(false, 10UL, 4u, 0, 1000UL)]
    [InlineData(true, 10UL, 3u, 0, 11UL)] // the fake store's answer
    [InlineData(true, 10UL, 4u, 0, 11UL)]
    [InlineData(true, 1000UL, 3u, ENXIO, 0UL)]
    [InlineData(false, ulong.MaxValue, 4u, ENXIO, 0UL)]
    [InlineData(false, 0UL, 2u, EINVAL, 0UL)]
    public async Task LSeek_DataAndHoles_FoundOrGeneric(bool knows, ulong offset, uint whence, int error, ulong found)
    {
        await using var session = new TestSession(new FakeStore(1000, new BackendGeometry { CanSeekData = knows }));
        Reply reply = session.Kernel.Call(Message.LSeek, TestSession.Disk, Message.SeekFrom(offset, whence));
        Assert.Equal(error, reply.Error);
        if (error == 0)
            Assert.Equal(found, reply.U64(0));
    }

    /// <summary>Slabs are recycled many times over while some payloads wait: their bytes must survive.</summary>
    [Fact]
    public async Task Payloads_HeldWhileSlabsAreRecycled_KeepTheirBytes()
    {
        const int size = 8 << 20;
        await using var session = new TestSession(new FakeStore(size));
        session.Store.Holds = true;
        var heldOffsets = new List<int>();
        for (int round = 0; round < 40; round++)
        {
            int offset = round * 131072;
            session.Kernel.Send(Message.Write, TestSession.Disk, Message.WriteAt((ulong)offset,
                Message.Pattern(offset, 100_000)));
            session.Store.WaitForHeld(heldOffsets.Count + 1);
            if (round % 4 == 0)
            {
                heldOffsets.Add(offset);
                continue;
            }
            session.Store.LetGo(offset);
            session.Kernel.Receive();
        }
        session.Store.LetAllGo();
        for (int replies = 0; replies < heldOffsets.Count; replies++)
            Assert.Equal(0, session.Kernel.Receive().Error);
        for (int round = 0; round < 40; round++)
        {
            int offset = round * 131072;
            Assert.True(session.Store.Content.AsSpan(offset, 100_000).SequenceEqual(Message.Pattern(offset,
                100_000)), $"round {round}");
        }
    }

    private static TestSession OneAtATime() => new(scheduler: new SchedulerOptions
    {
        Depth = 1, Hold = { Mode = HoldMode.Off }, Merge = { Level = MergeLevel.Off },
    });
}
