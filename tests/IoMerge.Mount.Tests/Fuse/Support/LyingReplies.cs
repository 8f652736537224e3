using IoMerge.Backends;
using IoMerge.Backends.Tests;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Fuse.Transport;
using IoMerge.Rings;
using static IoMerge.Rings.IoUringConstants;

namespace IoMerge.Mount.Tests.Fuse.Support;

/// <summary>Requests that are answered through a batch whose ring has a kernel that lies.</summary>
internal sealed unsafe class LyingReplies : IDisposable
{
    private const int Bytes = 100;
    private readonly FuseChannel _channel;
    private readonly FuseRequestPool _pool;
    private readonly OutstandingRequests _outstanding = new(static () => { });
    private readonly byte[] _data = GC.AllocateArray<byte>(Bytes, pinned: true);

    internal LyingReplies()
    {
        _channel = FuseChannel.Own(Other.ServerFd);
        _pool = new FuseRequestPool(_outstanding, rings: null);
        new Random(5).NextBytes(_data);
        Kernel = new LyingKernel(DoIt) { Entries = 128 };
    }

    /// <summary>Whom the replies go to.</summary>
    internal FakeKernel Other { get; } = new();

    /// <summary>The kernel of the ring.</summary>
    internal LyingKernel Kernel { get; }

    /// <summary>Requests that are not given back yet.</summary>
    internal int Outstanding => _outstanding.Count;

    /// <summary>
    /// Answers so many requests in one go: those with odd numbers with data, in two pieces, the others with a small
    /// body. For any thread; returns when all are handed in.
    /// </summary>
    internal void Answer(int count)
    {
        using ReplyBatch batch = ReplyBatch.TryOpen(Kernel)!;
        for (int number = 0; number < count; number++)
        {
            FuseIoRequest request = _pool.Rent();
            FuseRequest message = new()
            {
                Channel = _channel, Header = new fuse_in_header { unique = (ulong)number }, Body = [],
                PayloadLength = 0,
            };
            request.Prepare(message, null!, IoKind.Read, new Extent(0, Bytes), ReplyKind.Data);
            fixed (byte* data = _data)
            {
                if (number % 2 != 0)
                    batch.Add(request, (nint)data, Bytes, leadBytes: 0);
                else
                    batch.Add(request, new fuse_write_out { size = (uint)number });
            }
        }
        batch.HandIn();
    }

    /// <summary>Receives what was handed in: one whole reply for each request that is waited for.</summary>
    internal void AssertEachOnce(int count, params int[] butNot)
    {
        List<int> answered = [];
        while (Other.HasReply())
        {
            Reply reply = Other.Receive();
            AssertIsOfItsRequest(reply);
            answered.Add((int)reply.Unique);
        }
        Assert.Equal(Enumerable.Range(0, count).Except(butNot), answered.Order());
        Assert.Equal(0, Outstanding);
        Assert.Equal(0, Kernel.Open);
    }

    public void Dispose()
    {
        _channel.Dispose();
        Other.Dispose();
        Kernel.Dispose();
    }

    private void AssertIsOfItsRequest(Reply reply)
    {
        Assert.Equal(0, reply.Error);
        if (reply.Unique % 2 != 0)
            Assert.Equal(_data, reply.Body);
        else
            Assert.Equal(((uint)reply.Unique, 8), (reply.U32(0), reply.Body.Length));
    }

    private static int DoIt(IoUringSqe entry)
    {
        IoSegment one = new((nint)entry.addr, (nint)entry.len);
        Assert.Equal(ulong.MaxValue, entry.off);
        return entry.opcode == IORING_OP_WRITE
            ? (int)FuseNative.WriteV(entry.fd, &one, 1)
            : (int)FuseNative.WriteV(entry.fd, (IoSegment*)entry.addr, (int)entry.len);
    }
}
