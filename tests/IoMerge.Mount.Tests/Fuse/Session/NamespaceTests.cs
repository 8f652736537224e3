using System.Text;
using IoMerge.Backends;
using IoMerge.Mount.Fuse;
using IoMerge.Mount.Tests.Fuse.Support;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Tests.Fuse.Session;

/// <summary>Names, attributes and what cannot be changed, byte by byte against the protocol's tables.</summary>
public sealed class NamespaceTests
{
    private const int ENOENT = 2, EPERM = 1, EACCES = 13, ENOTDIR = 20, EINVAL = 22, EROFS = 30, ENOSYS = 38,
        ENOTTY = 25, EOPNOTSUPP = 95, EFBIG = 27;

    [Fact]
    public async Task Init_CurrentKernel_GoldenBytes()
    {
        var options = new FuseOptions { MaxWrite = 128L << 10, Readers = 1, MaxBackground = 100 };
        await using var session = new TestSession(options: options, start: false);
        session.Session.Start();
        Reply reply = session.Kernel.Init();
        Assert.Equal(64, reply.Body.Length);
        Assert.Equal((7u, 45u, 131072u), (reply.U32(0), reply.U32(4), reply.U32(8)));
        Assert.Equal(100u | 75u << 16, reply.U32(16));
        Assert.Equal((128u << 10, 1u, 32u), (reply.U32(20), reply.U32(24), reply.U32(28)));
        Assert.Equal((1u << 0 | 1u << 5 | 1u << 15 | 1u << 18 | 1u << 21 | 1u << 22 | 1u << 28 | 1u << 30, 1u << 4),
            (reply.U32(12), reply.U32(32)));
        FuseNegotiation negotiation = await session.Session.Ready;
        Assert.Equal((7, 45, 128L << 10, 100), (negotiation.Major, negotiation.Minor, negotiation.MaxWrite,
            negotiation.MaxBackground));
        Assert.Contains("ASYNC_DIO", negotiation.Flags, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_NewerMajor_IsAskedAgain()
    {
        await using var session = new TestSession(start: false);
        session.Session.Start();
        Reply reply = session.Kernel.Call(Message.InitOpcode, 0, Message.Init(8, 1, 0, 0));
        Assert.Equal((0, 7u), (reply.Error, reply.U32(0)));
        Assert.False(session.Session.Ready.IsCompleted);
        Assert.Equal(0, session.Kernel.Init().Error);
        Assert.Equal(45, (await session.Session.Ready).Minor);
    }

    [Fact]
    public async Task Init_TooOld_EndsWithTheReason()
    {
        await using var session = new TestSession(start: false);
        session.Session.Start();
        Assert.Equal(71, session.Kernel.Call(Message.InitOpcode, 0, Message.Init(7, 8, 0, 0)).Error);
        SessionEnd end = await session.Session.Completion;
        Assert.Equal(SessionEndReason.ProtocolError, end.Reason);
        Assert.Contains("7.8", end.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => session.Session.Ready);
    }

    [Fact]
    public async Task Request_BeforeInit_Fails()
    {
        await using var session = new TestSession(start: false);
        session.Session.Start();
        Assert.Equal(5, session.Kernel.Call(Message.GetAttr, 1, new byte[16]).Error);
    }

    [Fact]
    public async Task Lookup_Volume_GoldenEntry()
    {
        var volume = new VolumeOptions { Mode = 0x1A4, Uid = 1000, Gid = 100 }; // 0644
        await using var session = new TestSession(new FakeStore(5000), volume: volume);
        Reply reply = session.Kernel.Call(Message.Lookup, 1, Message.Bytes("disk"));
        Assert.Equal((0, 128), (reply.Error, reply.Body.Length));
        Assert.Equal((2UL, 3600UL, 3600UL), (reply.U64(0), reply.U64(16), reply.U64(24)));
        Assert.Equal((2UL, 5000UL, 10UL), (reply.U64(40), reply.U64(48), reply.U64(56)));
        Assert.Equal((0x81A4u, 1u, 1000u, 100u), (reply.U32(100), reply.U32(104), reply.U32(108), reply.U32(112)));
        Assert.Equal(4096u, reply.U32(120));
    }

    [Theory]
    [InlineData(1UL, "none", ENOENT)]
    [InlineData(2UL, "disk", ENOTDIR)]
    [InlineData(9UL, "disk", ENOENT)]
    public async Task Lookup_Misses_SayWhy(ulong parent, string name, int error)
    {
        await using var session = new TestSession();
        Assert.Equal(error, session.Kernel.Call(Message.Lookup, parent, Message.Bytes(name)).Error);
    }

    [Theory]
    [InlineData(1UL, 0x41EDu)]
    [InlineData(2UL, 0x8180u)]
    public async Task GetAttr_Nodes_GoldenMode(ulong nodeid, uint mode)
    {
        await using var session = new TestSession();
        Reply reply = session.Kernel.Call(Message.GetAttr, nodeid, new byte[16]);
        Assert.Equal((104, mode, nodeid), (reply.Body.Length, reply.U32(76), reply.U64(16)));
    }

    [Fact]
    public async Task GetAttr_GrowableVolume_IsValidShortly()
    {
        await using var session = new TestSession(Growable(1000));
        Assert.Equal(1UL, session.Kernel.Call(Message.GetAttr, TestSession.Disk, new byte[16]).U64(0));
    }

    [Fact]
    public async Task ReadDir_InSmallPages_ListsEachEntryOnce()
    {
        await using var session = new TestSession();
        var names = new List<string>();
        for (ulong cookie = 0; ;)
        {
            Reply reply = session.Kernel.Call(Message.ReadDir, 1, Message.ReadAt(cookie, 40));
            if (reply.Body.Length == 0)
                break;
            Assert.Equal(32, reply.Body.Length);
            cookie = reply.U64(8);
            names.Add(Encoding.UTF8.GetString(reply.Body, 24, (int)reply.U32(16)));
        }
        Assert.Equal([".", "..", "disk"], names);
    }

    [Fact]
    public async Task StatFs_Always_CountsTheVolumes()
    {
        await using var session = new TestSession(new FakeStore(1 << 20));
        Reply reply = session.Kernel.Call(Message.StatFs, 1, []);
        Assert.Equal((80, 256UL, 0UL, 2UL, 4096u, 255u), (reply.Body.Length, reply.U64(0), reply.U64(8), reply.U64(24),
            reply.U32(40), reply.U32(44)));
    }

    [Theory]
    [InlineData(Message.Open, TestSession.Disk, DirectMode.Parallel, 0x41u)]
    [InlineData(Message.Open, TestSession.Disk, DirectMode.AsyncSplit, 0u)]
    [InlineData(Message.Open, TestSession.Disk, DirectMode.Synchronous, 0u)]
    [InlineData(Message.OpenDir, 1UL, DirectMode.Parallel, 0u)]
    public async Task Open_Modes_GoldenFlags(uint opcode, ulong nodeid, DirectMode mode, uint flags)
    {
        var options = new FuseOptions { DirectMode = mode, MaxWrite = 128L << 10, Readers = 1 };
        await using var session = new TestSession(options: options);
        Reply reply = session.Kernel.Call(opcode, nodeid, Message.OpenWith(0x8002));
        Assert.Equal((0, 16, flags), (reply.Error, reply.Body.Length, reply.U32(8)));
    }

    [Theory]
    [InlineData(0x8000u, 0)]
    [InlineData(0x8001u, EROFS)]
    [InlineData(0x8002u, EROFS)]
    [InlineData(0x8200u, EROFS)]
    public async Task Open_ReadOnlyVolume_RefusesWriters(uint flags, int error)
    {
        await using var session = new TestSession(volume: new VolumeOptions { ReadOnly = true });
        Assert.Equal(error, session.Kernel.Call(Message.Open, TestSession.Disk, Message.OpenWith(flags)).Error);
    }

    [Fact]
    public async Task Open_TruncatingGrowableVolume_EmptiesIt()
    {
        await using var session = new TestSession(Growable(1000));
        Reply reply = session.Kernel.Call(Message.Open, TestSession.Disk, Message.OpenWith(0x8201));
        Assert.Equal((0, 0x41u), (reply.Error, reply.U32(8)));
        Assert.Equal(0, session.Store.Size);
    }

    [Theory]
    [InlineData(8u, 1000UL, 0)]      // SIZE, the same
    [InlineData(8u, 999UL, EPERM)]
    [InlineData(8u, 2000UL, EPERM)]
    [InlineData(8u, 1UL << 63, EFBIG)]
    public async Task SetAttr_SizeOfFixedVolume_CannotChange(uint valid, ulong size, int error)
    {
        await using var session = new TestSession(new FakeStore(1000));
        Assert.Equal(error, session.Kernel.Call(Message.SetAttr, TestSession.Disk, Message.SetAttributes(valid,
            size)).Error);
    }

    [Fact]
    public async Task SetAttr_SizeOfGrowableVolume_AnswersWithTheNewSize()
    {
        await using var session = new TestSession(Growable(1000));
        Reply reply = session.Kernel.Call(Message.SetAttr, TestSession.Disk, Message.SetAttributes(8, 300));
        Assert.Equal((0, 104, 300UL), (reply.Error, reply.Body.Length, reply.U64(24)));
        Assert.Equal((IoKind.Resize, 300L), (session.Store.Log[^1].Kind, session.Store.Log[^1].Extent.Offset));
    }

    [Fact]
    public async Task SetAttr_TruncationByOpenOfFixedVolume_IsIgnoredAsOnADevice()
    {
        await using var session = new TestSession(new FakeStore(1000));
        byte[] truncate = Message.SetAttributes(0x208, 0);
        Assert.Equal(EPERM, session.Kernel.Call(Message.SetAttr, TestSession.Disk, truncate, pid: 77).Error);
        session.Kernel.Call(Message.Open, TestSession.Disk, Message.OpenWith(0x8001), pid: 77);
        Reply reply = session.Kernel.Call(Message.SetAttr, TestSession.Disk, truncate, pid: 77);
        Assert.Equal((0, 1000UL), (reply.Error, reply.U64(24)));
        Assert.Equal(EPERM, session.Kernel.Call(Message.SetAttr, TestSession.Disk, truncate, pid: 78).Error);
        Assert.Equal(EPERM, session.Kernel.Call(Message.SetAttr, TestSession.Disk,
            Message.SetAttributes(0x248, 0), pid: 77).Error);
    }

    [Fact]
    public async Task SetAttr_Times_StayInMemory()
    {
        await using var session = new TestSession();
        Reply reply = session.Kernel.Call(Message.SetAttr, TestSession.Disk,
            Message.SetAttributes(0x20, mtime: 1_000_000, mtimeNs: 5));
        Assert.Equal((0, 1_000_000UL, 5u), (reply.Error, reply.U64(48), reply.U32(68)));
        Reply later = session.Kernel.Call(Message.GetAttr, TestSession.Disk, new byte[16]);
        Assert.Equal((1_000_000UL, 5u), (later.U64(48), later.U32(68)));
    }

    [Theory]
    [InlineData(1u, 0x8180u, 0u, 0)]
    [InlineData(1u, 0x81B6u, 0u, EPERM)]
    [InlineData(2u, 0u, 0u, 0)]
    [InlineData(2u, 0u, 5u, EPERM)]
    [InlineData(4u, 0u, 5u, EPERM)]
    public async Task SetAttr_OwnerAndMode_AreTheConfigurations(uint valid, uint mode, uint owner, int error)
    {
        await using var session = new TestSession();
        Assert.Equal(error, session.Kernel.Call(Message.SetAttr, TestSession.Disk,
            Message.SetAttributes(valid, mode: mode, uid: owner, gid: owner)).Error);
    }

    [Theory]
    [InlineData(0u, 0u, 6u, 0)]          // root reads and writes
    [InlineData(0u, 0u, 1u, EACCES)]     // and executes nothing without an x bit
    [InlineData(1000u, 0u, 6u, 0)]       // owner: rw
    [InlineData(1000u, 0u, 1u, EACCES)]
    [InlineData(5u, 100u, 4u, 0)]        // group: r
    [InlineData(5u, 100u, 2u, EACCES)]
    [InlineData(5u, 5u, 4u, EACCES)]     // others: nothing
    [InlineData(5u, 5u, 0u, 0)]          // F_OK
    public async Task Access_Callers_GetTheirBits(uint uid, uint gid, uint mask, int error)
    {
        var volume = new VolumeOptions { Mode = 0x1A0, Uid = 1000, Gid = 100 }; // 0640
        await using var session = new TestSession(volume: volume);
        Assert.Equal(error, session.Kernel.Call(Message.Access, TestSession.Disk, Message.Bytes(mask, 0u), uid,
            gid).Error);
    }

    [Fact]
    public async Task Access_WritingReadOnlyVolume_SaysSo()
    {
        await using var session = new TestSession(volume: new VolumeOptions { ReadOnly = true });
        Assert.Equal(EROFS, session.Kernel.Call(Message.Access, TestSession.Disk, Message.Bytes(2u, 0u)).Error);
    }

    [Theory]
    [InlineData(5u, EINVAL)]      // READLINK
    [InlineData(6u, EPERM)]       // SYMLINK
    [InlineData(8u, EPERM)]       // MKNOD
    [InlineData(9u, EPERM)]       // MKDIR
    [InlineData(10u, EPERM)]      // UNLINK
    [InlineData(11u, EPERM)]      // RMDIR
    [InlineData(12u, EPERM)]      // RENAME
    [InlineData(13u, EPERM)]      // LINK
    [InlineData(18u, 0)]          // RELEASE
    [InlineData(22u, ENOSYS)]     // GETXATTR
    [InlineData(23u, ENOSYS)]     // LISTXATTR
    [InlineData(24u, ENOSYS)]     // REMOVEXATTR
    [InlineData(29u, 0)]          // RELEASEDIR
    [InlineData(30u, 0)]          // FSYNCDIR
    [InlineData(31u, ENOSYS)]     // GETLK
    [InlineData(35u, EPERM)]      // CREATE
    [InlineData(37u, ENOSYS)]     // BMAP
    [InlineData(38u, 0)]          // DESTROY
    [InlineData(39u, ENOTTY)]     // IOCTL
    [InlineData(40u, ENOSYS)]     // POLL
    [InlineData(44u, ENOSYS)]     // READDIRPLUS
    [InlineData(45u, EPERM)]      // RENAME2
    [InlineData(47u, ENOSYS)]     // COPY_FILE_RANGE
    [InlineData(50u, ENOSYS)]     // SYNCFS
    [InlineData(51u, EOPNOTSUPP)] // TMPFILE
    [InlineData(52u, ENOSYS)]     // STATX
    [InlineData(53u, ENOSYS)]     // COPY_FILE_RANGE_64
    [InlineData(7u, ENOSYS)]      // never assigned
    [InlineData(4096u, ENOSYS)]   // CUSE_INIT
    [InlineData(uint.MaxValue, ENOSYS)]
    public async Task Request_WithoutHandler_GetsItsErrno(uint opcode, int error)
    {
        await using var session = new TestSession();
        Assert.Equal(error, session.Kernel.Call(opcode, TestSession.Disk, new byte[64]).Error);
    }

    [Theory]
    [InlineData(Message.Forget)]
    [InlineData(Message.BatchForget)]
    [InlineData(Message.Interrupt)]
    [InlineData(41u)]
    public async Task Request_WithoutReply_GetsNone(uint opcode)
    {
        await using var session = new TestSession();
        session.Kernel.Send(opcode, TestSession.Disk, new byte[64]);
        ulong next = session.Kernel.Send(Message.StatFs, 1, []);
        Assert.Equal(next, session.Kernel.Receive().Unique);
    }

    internal static FakeStore Growable(int size) =>
        new(size, new BackendGeometry { CanResize = true, CanZero = true, CanAllocate = true }, 1 << 20);
}
