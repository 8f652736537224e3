using IoMerge.Mount.Fuse.Transport;
using IoMerge.Mount.Tests.Fuse.Support;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace IoMerge.Mount.Tests.Fuse.Transport;

/// <summary>Replies whose bytes lie in a file: whole, true, and one at a time.</summary>
public sealed class FileRepliesTests : IDisposable
{
    private const int Size = 1 << 20;
    private const int Longest = 900_000;
    private const int EBADF = 9;

    private readonly PipeKernel _kernel = new();
    private readonly FileReplies _replies = FileReplies.Open(Longest);
    private readonly byte[] _bytes = Message.Pattern(0, Size);
    private readonly string _path = Path.Combine("/dev/shm", $"iomerge-replies-{Guid.NewGuid():N}");
    private readonly SafeFileHandle _file;

    public FileRepliesTests()
    {
        File.WriteAllBytes(_path, _bytes);
        _file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    }

    [Fact]
    public void Replies_OfAnyPlaceAndLength_CarryTheFilesBytes()
    {
        var random = new Random(3);
        for (ulong unique = 2; unique < 400; unique += 2)
        {
            int length = 1 + random.Next(1 << random.Next(5, 20));
            int offset = random.Next(Size - length);
            Assert.Equal(ReplyOutcome.Delivered, Write(unique, offset, length));
            AssertReply(unique, offset, length);
        }
    }

    [Fact]
    public void AReply_GoesByReference_AndNotByCopy()
    {
        // What a pipe refers to changes with the file, up to the moment in which it is read.
        Assert.Equal(ReplyOutcome.Delivered, Write(2, 0, 300_000));
        RandomAccess.Write(_file, new byte[4096], 8192);
        byte[] body = _kernel.Receive().Body;
        Assert.Equal(_bytes[..8192], body[..8192]);
        Assert.DoesNotContain(body[8192..12288], value => value != 0);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(4096 * 20)]
    [InlineData(0)]
    public void AFileThatBecameShorter_IsAnsweredWithWhatItHas_AndNothingStaysBehind(int size)
    {
        Assert.Equal(ReplyOutcome.Delivered, Write(2, 0, 500_000));
        AssertReply(2, 0, 500_000);
        RandomAccess.SetLength(_file, size);
        for (ulong unique = 4; unique < 10; unique += 2)
        {
            Assert.Equal(ReplyOutcome.Delivered, Write(unique, 4096, 500_000));
            AssertReply(unique, 4096, Math.Max(0, size - 4096));
        }
        Assert.Equal(ReplyOutcome.Delivered, Write(10, 0, size));
        AssertReply(10, 0, size);
    }

    [Fact]
    public void AFileThatCannotBeRead_GivesItsError()
    {
        using SafeFileHandle closed = File.OpenHandle(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        _replies.Write(_kernel.Channel, 2, (int)closed.DangerousGetHandle(), 0, 200_000);
        Reply reply = _kernel.Receive();
        Assert.Equal((2UL, EBADF, 0), (reply.Unique, reply.Error, reply.Body.Length));
        Write(4, 17, 200_000);
        AssertReply(4, 17, 200_000);
    }

    [Fact]
    public void AReplyThatNobodyWantsAnyMore_LeavesNothingBehind()
    {
        using (PipeKernel gone = new())
        {
            gone.GoAway();
            Assert.Equal(ReplyOutcome.Gone, _replies.Write(gone.Channel, 2, Fd, 0, 300_000));
        }
        Write(4, 4097, 200_000);
        AssertReply(4, 4097, 200_000);
    }

    [Fact]
    public void AChannelThatTakesNoSplice_GetsACopy()
    {
        string path = _path + "-channel";
        using (SafeFileHandle target = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
        using (FuseChannel channel = FuseChannel.Own(LibC.dup((int)target.DangerousGetHandle())))
        {
            // splice(2) refuses to append.
            Assert.Equal(0, LibC.fcntl(channel.Fd, LibC.F_SETFL, LibC.O_APPEND | LibC.O_NONBLOCK));
            Assert.Equal(ReplyOutcome.Delivered, _replies.Write(channel, 2, Fd, 100, 70_000));
        }
        byte[] message = File.ReadAllBytes(path);
        File.Delete(path);
        Assert.Equal(70_016, message.Length);
        Assert.Equal(_bytes[100..70_100], message[16..]);
        Write(4, 4097, 200_000);
        AssertReply(4, 4097, 200_000);
    }

    [Fact]
    public void Takes_LargeReadsThatFitThePipe_ForDevicesOnly()
    {
        using FuseChannel device = OpenDevice();
        Assert.False(_replies.Takes(device, FileReplies.SmallestBytes - 1));
        Assert.True(_replies.Takes(device, FileReplies.SmallestBytes));
        Assert.True(_replies.Takes(device, Longest));
        Assert.False(_replies.Takes(device, 8 << 20));
        Assert.False(_replies.Takes(_kernel.Channel, FileReplies.SmallestBytes));
    }

    [Fact]
    public void Threads_HaveTheirOwn_OrNone()
    {
        Assert.Same(_replies, FileReplies.Current);
        var thread = new Thread(() => Assert.Null(FileReplies.Current));
        thread.Start();
        thread.Join();
        _replies.Dispose();
        Assert.Null(FileReplies.Current);
    }

    public void Dispose()
    {
        _replies.Dispose();
        _kernel.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }

    private int Fd => (int)_file.DangerousGetHandle();

    private ReplyOutcome Write(ulong unique, long offset, int length) =>
        _replies.Write(_kernel.Channel, unique, Fd, offset, length);

    private void AssertReply(ulong unique, int offset, int length)
    {
        Reply reply = _kernel.Receive();
        Assert.Equal((unique, 0, length), (reply.Unique, reply.Error, reply.Body.Length));
        Assert.True(reply.Body.AsSpan().SequenceEqual(_bytes.AsSpan(offset, length)), $"{offset} {length}");
    }

    private static unsafe FuseChannel OpenDevice()
    {
        fixed (byte* path = "/dev/null\0"u8)
            return FuseChannel.Own(LibC.open(path, LibC.O_RDWR | LibC.O_CLOEXEC));
    }
}
