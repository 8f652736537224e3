namespace IoMerge.Backends;

/// <summary>
/// One operation on its way through a backend (the block layer's "bio"). Whoever submits derives from it and is told
/// the outcome; a backend reads it and calls <see cref="Complete"/> exactly once, on any thread, also before
/// <see cref="IBackend.Submit"/> has returned. After that call the backend must not touch the object again: it may
/// already serve another operation.
/// </summary>
public abstract class BackendIo
{
    /// <summary>What is to be done.</summary>
    public IoKind Kind { get; protected set; }

    /// <summary>How it is to be done.</summary>
    public IoFlags Flags { get; protected set; }

    /// <summary>Number of callers' requests that travel in this operation, 1 or more.</summary>
    public int MemberCount { get; protected set; } = 1;

    /// <summary>The bytes concerned; empty for a flush.</summary>
    public Extent Extent { get; protected set; }

    /// <summary>
    /// The memory of a read or write, in ascending order of the extent; lengths add up to the extent's. Empty for other
    /// kinds, and for a read that <see cref="AcceptsLoan"/> and has not called <see cref="RequireSegments"/>.
    /// </summary>
    public abstract ReadOnlySpan<IoSegment> Segments { get; }

    /// <summary>
    /// True for a read that has brought no memory yet. The backend either lends its own
    /// (<see cref="CompleteWithLoan"/>) or calls <see cref="RequireSegments"/> and fills the segments.
    /// </summary>
    public virtual bool AcceptsLoan => false;

    /// <summary>
    /// True for a read whose bytes may stay in the file where they are (<see cref="CompleteWithFileLoan"/>), so that no
    /// processor copies them on the way through. Holds for the thread that asks, and until it does something else: a
    /// backend asks directly before it lends.
    /// </summary>
    public virtual bool AcceptsFileLoan => false;

    /// <summary>
    /// A link for the use of the backend that holds the operation: queues need no nodes of their own.
    /// </summary>
    public BackendIo? Next { get; set; }

    /// <summary>Makes sure that <see cref="Segments"/> holds memory. Cheap when it already does.</summary>
    /// <returns>ENOMEM when there is none; the backend then completes the operation with that error.</returns>
    public virtual Errno RequireSegments() => Errno.None;

    /// <summary>
    /// True when <see cref="Segments"/> add up to the extent. A store that goes by them looks first: a wrong sum would
    /// read or write what nobody asked for.
    /// </summary>
    public bool HasWholeSegments
    {
        get
        {
            long sum = 0;
            foreach (IoSegment segment in Segments)
            {
                if (segment.Length <= 0 || segment.Length > Extent.Length - sum)
                    return false;
                sum += segment.Length;
            }
            return sum == Extent.Length;
        }
    }

    /// <summary>Ends the operation.</summary>
    /// <param name="error">What went wrong, or <see cref="Errno.None"/>.</param>
    /// <param name="result">
    /// Transfers: bytes that are known to be transferred, counted from the start of the extent (with an error: before
    /// it). Seeks: the offset found. Other kinds: 0.
    /// </param>
    public abstract void Complete(Errno error, long result);

    /// <summary>
    /// Ends a read successfully by pointing at the store's own memory, which must stay as it is until an operation is
    /// submitted that changes this extent, or the store is disposed of: callers may fetch their bytes after this call
    /// has returned. Only when <see cref="AcceptsLoan"/>.
    /// </summary>
    /// <param name="address">First byte of the extent.</param>
    /// <param name="length">Bytes available there; fewer than the extent only at the end of the store.</param>
    public virtual void CompleteWithLoan(nint address, long length) =>
        throw new InvalidOperationException("This operation brought its own memory; it takes no loan.");

    /// <summary>
    /// Ends a read successfully by pointing at its bytes in an open file. All of the extent must be there, and in
    /// memory: callers fetch it inside this call, and must not have to wait for a device. If the file has become
    /// shorter meanwhile, they find that out themselves. Only when <see cref="AcceptsFileLoan"/>.
    /// </summary>
    /// <param name="descriptor">The file, open for reading through the page cache.</param>
    /// <param name="offset">Where in the file the extent begins.</param>
    public virtual void CompleteWithFileLoan(int descriptor, long offset) =>
        throw new InvalidOperationException("This operation takes its bytes from memory only.");
}
