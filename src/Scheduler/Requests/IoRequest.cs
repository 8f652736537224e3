using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// One caller's I/O as he submitted it, and the way he is told the outcome. This is the allocation-free interface:
/// a server derives from it, pools the objects and overrides <see cref="OnCompleted"/>. Who prefers tasks uses
/// <c>ReadAsync</c> and its siblings.
/// </summary>
/// <remarks>
/// From <see cref="IoScheduler.Submit(IoRequest)"/> until <see cref="OnCompleted"/> is called the object belongs to the
/// scheduler. After that call it belongs to the caller again and may be prepared anew, also from inside the call.
/// </remarks>
public abstract partial class IoRequest : ExtentNode
{
    /// <summary>What is asked for.</summary>
    public IoKind Kind { get; private set; }

    /// <summary>How it is to be done.</summary>
    public IoFlags Flags { get; private set; }

    /// <summary>The bytes asked for.</summary>
    public Extent Extent { get; private set; }

    /// <summary>
    /// The caller's memory: source of a write, destination of a read. 0 for a read that takes its bytes from the
    /// scheduler's memory when it completes, which saves a copy and lets overlapping reads share one transfer.
    /// </summary>
    public nint Buffer { get; private set; }

    /// <summary>
    /// The caller's name for the request, to cancel it by (<see cref="IoScheduler.Cancel"/>): unique among the requests
    /// of a scheduler, never used twice. 0 for requests that are never cancelled.
    /// </summary>
    public ulong Id { get; private set; }

    /// <summary>
    /// During <see cref="OnCompleted"/> of a read: how many bytes directly before its data may be overwritten, so that
    /// a server can put a header in front and send both in one piece. 0 when the data lies in the caller's own memory
    /// or in the store's.
    /// </summary>
    protected internal int DataLeadBytes { get; internal set; }

    /// <summary>Fills in what is asked for. Only while the object belongs to the caller.</summary>
    /// <param name="kind">What is asked for.</param>
    /// <param name="extent">The bytes; for a resize the new size with length 0; empty for a flush.</param>
    /// <param name="buffer">See <see cref="Buffer"/>.</param>
    /// <param name="flags">How it is to be done.</param>
    /// <param name="id">See <see cref="Id"/>.</param>
    protected void Prepare(IoKind kind, Extent extent, nint buffer = 0, IoFlags flags = IoFlags.None, ulong id = 0)
    {
        Kind = kind;
        Extent = extent;
        Buffer = buffer;
        Flags = flags;
        Id = id;
    }

    /// <summary>
    /// Tells the outcome, exactly once, on whatever thread it became known. Must be quick and must not wait: other
    /// callers of the same merged operation are told after it. May submit again.
    /// </summary>
    /// <param name="error">
    /// What went wrong with this very request, or <see cref="Errno.None"/>. <see cref="Errno.ECANCELED"/> after a
    /// cancel that came in time.
    /// </param>
    /// <param name="result">
    /// Read: bytes read, fewer than asked for only at the end of the store. Write: the whole length. Seek: the offset
    /// found. 0 with an error.
    /// </param>
    /// <param name="data">
    /// Where the bytes of a read are: <see cref="Buffer"/>, or memory that is valid during the call, and on this thread
    /// until <see cref="IoScheduler.OutcomesTold"/> has been called. 0 for other kinds.
    /// </param>
    protected internal abstract void OnCompleted(Errno error, long result, nint data);

    /// <summary>
    /// True for a read without memory of its own that can fetch its bytes from an open file on the calling thread, at
    /// this moment. Asked before the store lends them; <see cref="OnCompletedWithFileLoan"/> is then called at once,
    /// on the same thread.
    /// </summary>
    protected internal virtual bool AcceptsFileLoan => false;

    /// <summary>
    /// Tells a read that its bytes are there, in place of <see cref="OnCompleted"/> and under the same rules. They are
    /// fetched inside the call; as many as <see cref="Extent"/> is long, unless somebody has truncated the file.
    /// </summary>
    /// <param name="descriptor">The file that has them, open during the call.</param>
    /// <param name="offset">Where in the file they begin.</param>
    protected internal virtual void OnCompletedWithFileLoan(int descriptor, long offset) =>
        throw new InvalidOperationException("This request does not accept a loan from a file.");
}
