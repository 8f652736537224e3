using IoMerge.Mount.Fuse.Transport;
using IoMerge.Rings;

namespace IoMerge.Mount.Fuse.Requests;

/// <summary>
/// The request objects of one reader: it alone rents, any thread returns. Returned ones gather on a stack that the
/// reader takes as a whole, so there is neither a lock nor the ABA problem of a stack that many pop from.
/// </summary>
/// <remarks>
/// Holds at most what was once outstanding at a time, which the schedulers' admission bounds limit.
/// </remarks>
/// <param name="outstanding">Counts those that are out.</param>
/// <param name="rings">Where threads that answer get rings for their replies; null to reply one by one.</param>
internal sealed class FuseRequestPool(OutstandingRequests outstanding, IRingKernel? rings)
{
    private FuseIoRequest? _free;
    private FuseIoRequest? _returned;

    /// <summary>The calling thread's batch of replies; null where each is handed in by itself.</summary>
    public ReplyBatch? Replies => rings is null ? null : ReplyBatch.OfThisThread(rings);

    /// <summary>A request to prepare. Only for the reader. No allocation once as many exist as are
    /// outstanding.</summary>
    public FuseIoRequest Rent()
    {
        FuseIoRequest? request = _free ?? Interlocked.Exchange(ref _returned, null);
        outstanding.Begin();
        if (request is null)
            return new FuseIoRequest(this);
        _free = request.NextFree;
        request.NextFree = null;
        return request;
    }

    /// <summary>Takes back a request that was answered. Any thread.</summary>
    public void Return(FuseIoRequest request)
    {
        FuseIoRequest? top = Volatile.Read(ref _returned);
        while (true)
        {
            request.NextFree = top;
            FuseIoRequest? seen = Interlocked.CompareExchange(ref _returned, request, top);
            if (seen == top)
                break;
            top = seen;
        }
        outstanding.End();
    }
}
