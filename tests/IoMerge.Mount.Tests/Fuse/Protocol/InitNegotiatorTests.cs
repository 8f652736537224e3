using IoMerge.Mount.Fuse;
using IoMerge.Mount.Fuse.Dispatch;
using IoMerge.Mount.Fuse.Protocol;

namespace IoMerge.Mount.Tests.Fuse.Protocol;

public sealed class InitNegotiatorTests
{
    private const uint Linux618Flags = 0x73fffffb;
    private const uint Linux618Flags2 = 0x7fd;

    [Fact]
    public void Negotiate_CurrentKernel_TakesWhatThisServerUses()
    {
        InitOutcome outcome = Negotiate(7, 45, Linux618Flags, Linux618Flags2);
        Assert.Equal(InitVerdict.Agreed, outcome.Verdict);
        Assert.Equal(64, outcome.ReplyBytes);
        Assert.Equal(
            FuseInitFlags.FUSE_ASYNC_READ | FuseInitFlags.FUSE_BIG_WRITES | FuseInitFlags.FUSE_ASYNC_DIO
            | FuseInitFlags.FUSE_PARALLEL_DIROPS | FuseInitFlags.FUSE_ABORT_ERROR | FuseInitFlags.FUSE_MAX_PAGES
            | FuseInitFlags.FUSE_HANDLE_KILLPRIV_V2 | FuseInitFlags.FUSE_INIT_EXT
            | FuseInitFlags.FUSE_DIRECT_IO_ALLOW_MMAP,
            outcome.Flags);
        Assert.Equal((7u, 45u), (outcome.Reply.major, outcome.Reply.minor));
        Assert.Equal((256, 192), (outcome.Reply.max_background, outcome.Reply.congestion_threshold));
        Assert.Equal((1u << 20, 256), (outcome.Reply.max_write, outcome.Reply.max_pages));
        Assert.Equal(1u << 20, outcome.MaxRequestBytes);
        Assert.Equal(131072u, outcome.Reply.max_readahead);
    }

    [Theory]
    [InlineData(DirectMode.Parallel, true)]
    [InlineData(DirectMode.AsyncSplit, true)]
    [InlineData(DirectMode.Synchronous, false)]
    public void Negotiate_DirectMode_DecidesOnAsynchronousDirectIo(DirectMode mode, bool isAsynchronous)
    {
        var kernel = new fuse_init_in { major = 7, minor = 45, flags = Linux618Flags };
        InitOutcome outcome = new InitNegotiator(new FuseOptions { DirectMode = mode }, false, 256,
            4096).Negotiate(kernel);
        Assert.Equal(isAsynchronous, outcome.Flags.HasFlag(FuseInitFlags.FUSE_ASYNC_DIO));
        Assert.Equal(outcome.Flags, (FuseInitFlags)outcome.Reply.flags);
    }

    [Fact]
    public void Negotiate_NothingOffered_AcceptsNothing()
    {
        InitOutcome outcome = Negotiate(7, 45, 0, uint.MaxValue);
        Assert.Equal(FuseInitFlags.None, outcome.Flags);
        Assert.Equal(0u, outcome.Reply.flags2);
        Assert.Equal(0, outcome.Reply.max_pages);
    }

    [Fact]
    public void Negotiate_WithoutInitExt_IgnoresUpperFlags()
    {
        InitOutcome outcome = Negotiate(7, 35, Linux618Flags & ~(1u << 30), Linux618Flags2);
        Assert.False(outcome.Flags.HasFlag(FuseInitFlags.FUSE_DIRECT_IO_ALLOW_MMAP));
    }

    [Theory]
    [InlineData(1L << 20, true, 256, 1L << 20)]
    [InlineData(4L << 20, true, 256, 1L << 20)]
    [InlineData(4L << 20, true, 1024, 4L << 20)]
    [InlineData(1L << 20, false, 256, 128L << 10)]
    [InlineData(4096, true, 256, 4096)]
    [InlineData(16L << 20, true, 65535, 16L << 20)]
    public void Negotiate_MaxWrite_KernelsBoundWins(long wanted, bool hasMaxPages, int kernelPages, long effective)
    {
        var options = new FuseOptions { MaxWrite = wanted };
        var kernel = new fuse_init_in
        {
            major = 7, minor = 45,
            flags = hasMaxPages ? Linux618Flags : Linux618Flags & ~(uint)FuseInitFlags.FUSE_MAX_PAGES,
        };
        InitOutcome outcome = new InitNegotiator(options, false, kernelPages, 4096).Negotiate(kernel);
        Assert.Equal(effective, outcome.MaxRequestBytes);
        Assert.Equal((uint)wanted, outcome.Reply.max_write);
    }

    [Theory]
    [InlineData(7u, 11u, "Refused", 0)]
    [InlineData(7u, 12u, "Agreed", 24)]
    [InlineData(7u, 22u, "Agreed", 24)]
    [InlineData(7u, 23u, "Agreed", 64)]
    [InlineData(7u, 31u, "Agreed", 64)]
    [InlineData(7u, 99u, "Agreed", 64)]
    [InlineData(6u, 99u, "Refused", 0)]
    [InlineData(0u, 0u, "Refused", 0)]
    [InlineData(8u, 0u, "AskAgain", 64)]
    public void Negotiate_Versions_AgreeOnTheOlder(uint major, uint minor, string verdict, int replyBytes)
    {
        InitOutcome outcome = Negotiate(major, minor, Linux618Flags, 0);
        Assert.Equal(verdict, outcome.Verdict.ToString());
        Assert.Equal(replyBytes, outcome.ReplyBytes);
        if (outcome.Verdict == InitVerdict.Agreed)
            Assert.Equal(Math.Min(minor, 45), outcome.Reply.minor);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Negotiate_AtomicTruncate_OnlyWhenAllVolumesCanResize(bool canResize)
    {
        var kernel = new fuse_init_in { major = 7, minor = 45, flags = Linux618Flags };
        InitOutcome outcome = new InitNegotiator(new FuseOptions(), canResize, 256, 4096).Negotiate(kernel);
        Assert.Equal(canResize, outcome.Flags.HasFlag(FuseInitFlags.FUSE_ATOMIC_O_TRUNC));
    }

    [Fact]
    public void Negotiate_LargestMaxBackground_FitsItsField()
    {
        var kernel = new fuse_init_in { major = 7, minor = 45 };
        InitOutcome outcome = new InitNegotiator(new FuseOptions { MaxBackground = 65535 }, false, 256,
            4096).Negotiate(kernel);
        Assert.Equal((65535, 49151), (outcome.Reply.max_background, outcome.Reply.congestion_threshold));
    }

    private static InitOutcome Negotiate(uint major, uint minor, uint flags, uint flags2) =>
        new InitNegotiator(new FuseOptions(), false, 256, 4096).Negotiate(new fuse_init_in
        {
            major = major, minor = minor, max_readahead = 131072, flags = flags, flags2 = flags2,
        });
}
