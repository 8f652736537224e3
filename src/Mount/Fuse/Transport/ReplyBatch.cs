using System.Diagnostics;
using System.Runtime.InteropServices;
using IoMerge.Backends;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Rings;

namespace IoMerge.Mount.Fuse.Transport;

/// <summary>
/// Gathers the successful replies that one thread gives in one go, and hands them in with one system call, through a
/// ring of its own. Replies go out in the order in which they were added. It does not compose errors, and it does not
/// decide when to hand in.
/// </summary>
/// <remarks>
/// For the thread that opened it only. Memory: the places for headers and segments are its own and live as long as it;
/// the data of reads is the scheduler's, which keeps it until <see cref="HandIn"/> has returned
/// (<see cref="Scheduler.IoScheduler.OutcomesTold"/>). The kernel has consumed both when a completion is there, and
/// <see cref="HandIn"/> waits for all of them. A request is given back to its pool only then, so that no descriptor is
/// closed that a reply still has to go to.
/// </remarks>
internal sealed unsafe class ReplyBatch : IDisposable
{
    /// <summary>Most replies that wait.</summary>
    private const int Capacity = 64;

    private const int SmallBodyBytes = 16;

    [ThreadStatic]
    private static ReplyBatch? t_current;

    [ThreadStatic]
    private static bool t_isRefused;

    private readonly Ring _ring;
    private readonly Place* _places;
    private readonly FuseIoRequest[] _requests = new FuseIoRequest[Capacity];
    private int _count;

    private ReplyBatch(Ring ring)
    {
        _ring = ring;
        _places = (Place*)NativeMemory.AlignedAlloc((nuint)(Capacity * sizeof(Place)), 64);
    }

    // Threads of stores end without a word to us.
    ~ReplyBatch() => Free();

    /// <summary>The calling thread's batch; null where replies are handed in one by one.</summary>
    public static ReplyBatch? Current => t_current;

    /// <summary>
    /// The calling thread's batch, opened now where it has none: a thread of a store, which answers all members of a
    /// merged operation in one go. It ends with its thread. Null where the kernel refuses rings.
    /// </summary>
    /// <param name="kernel">The system.</param>
    public static ReplyBatch? OfThisThread(IRingKernel kernel)
    {
        if (t_current is null && !t_isRefused)
            t_isRefused = TryOpen(kernel) is null;
        return t_current;
    }

    /// <summary>
    /// Opens a batch for the calling thread, which must dispose of it before it ends. Null where the kernel refuses
    /// rings: then replies are handed in one by one, which does the same with more system calls.
    /// </summary>
    /// <param name="kernel">The system.</param>
    public static ReplyBatch? TryOpen(IRingKernel kernel)
    {
        if (RingOpener.TryOpen(kernel, RingUse.OneThread, out _, out _) is not { } ring)
            return null;
        if (ring.Register(IoUringConstants.IORING_REGISTER_ENABLE_RINGS, null, 0).IsSuccess)
            return t_current = new ReplyBatch(ring);
        ring.Dispose();
        return null;
    }

    /// <summary>Adds a reply with a small body.</summary>
    public void Add<T>(FuseIoRequest request, in T body) where T : unmanaged
    {
        Debug.Assert(sizeof(T) <= SmallBodyBytes, "Small bodies only.");
        Place* place = Take(request, sizeof(T));
        *(T*)place->SmallBody = body;
        place->Segments = 1;
        place->First = new IoSegment((nint)place, sizeof(fuse_out_header) + sizeof(T));
    }

    /// <summary>Adds a reply with the data of a read.</summary>
    /// <param name="request">Whom it answers.</param>
    /// <param name="data">First byte; valid until <see cref="HandIn"/>.</param>
    /// <param name="length">Number of bytes, 1 or more.</param>
    /// <param name="leadBytes">Bytes before the data that may be overwritten.</param>
    public void Add(FuseIoRequest request, nint data, int length, int leadBytes)
    {
        Place* place = Take(request, length);
        if (leadBytes >= sizeof(fuse_out_header))
        {
            nint message = data - sizeof(fuse_out_header);
            *(fuse_out_header*)message = place->Header;
            place->Segments = 1;
            place->First = new IoSegment(message, sizeof(fuse_out_header) + length);
            return;
        }
        place->Segments = 2;
        place->First = new IoSegment((nint)place, sizeof(fuse_out_header));
        place->Second = new IoSegment(data, length);
    }

    /// <summary>Hands in what was added; does nothing when that is nothing.</summary>
    public void HandIn()
    {
        int count = _count;
        if (count == 0)
            return;
        if (count == 1)
            SendAlone(0);
        else
            SendTogether(count);
        _count = 0;
        for (int index = 0; index < count; index++)
            _requests[index].GiveBack();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        HandIn();
        t_current = null;
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        _ring.Dispose();
        NativeMemory.AlignedFree(_places);
    }

    private Place* Take(FuseIoRequest request, int bodyBytes)
    {
        if (_count == Capacity)
            HandIn();
        _requests[_count] = request;
        Place* place = _places + _count++;
        place->Header = FuseReplyWriter.HeaderFor(request.Unique, bodyBytes);
        return place;
    }

    private void SendTogether(int count)
    {
        for (int index = 0; index < count; index++)
        {
            Place* place = _places + index;
            IoUringSqe* entry = _ring.Add();
            entry->fd = _requests[index].Channel.Fd;
            entry->off = ulong.MaxValue; // A stream has no positions.
            entry->user_data = (ulong)index;
            bool isOnePiece = place->Segments == 1;
            entry->opcode = isOnePiece ? IoUringConstants.IORING_OP_WRITE : IoUringConstants.IORING_OP_WRITEV;
            entry->addr = isOnePiece ? (ulong)place->First.Address : (ulong)&place->First;
            entry->len = isOnePiece ? (uint)place->First.Length : 2;
        }
        for (int open = count; open > 0;)
        {
            bool entered = _ring.Enter((uint)open, out Errno error);
            for (; _ring.TryTake(out IoUringCqe completion); open--)
                Settle((int)completion.user_data, completion.res);
            if (entered || error == Errno.EINTR)
                continue;
            // What the kernel does not take goes the other way; what it has taken comes back.
            for (; _ring.TryWithdraw(out ulong refused); open--)
                SendAlone((int)refused);
        }
    }

    private void Settle(int index, int result)
    {
        if (result >= 0)
            return;
        Errno error = new(-result);
        if (error == Errno.EINTR || error == Errno.EAGAIN || error == Errno.ECANCELED)
            SendAlone(index);
        else
            FuseReplyWriter.Settle(_requests[index].Channel, _requests[index].Unique, FuseChannel.OutcomeOf(error));
    }

    private void SendAlone(int index)
    {
        Place* place = _places + index;
        FuseChannel channel = _requests[index].Channel;
        ReplyOutcome outcome = place->Segments == 1
            ? channel.Send((void*)place->First.Address, (int)place->First.Length)
            : channel.Send(&place->First, 2);
        FuseReplyWriter.Settle(channel, _requests[index].Unique, outcome);
    }

    /// <summary>One reply: header and small body in one piece, and the list of pieces.</summary>
    private struct Place
    {
        public fuse_out_header Header;
        public fixed byte SmallBody[SmallBodyBytes];
        public IoSegment First;
        public IoSegment Second;
        public int Segments;
    }
}
