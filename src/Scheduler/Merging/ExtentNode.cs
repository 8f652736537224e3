namespace IoMerge.Scheduler;

/// <summary>
/// What the elevator's indexes hold: something that covers a range of bytes. The links are part of the node, so that
/// queueing a request allocates nothing. Has no public members; derive from <see cref="IoRequest"/> instead.
/// </summary>
public abstract class ExtentNode
{
    // --- position, set before the node enters a tree -------------------------------------------------------------

    /// <summary>First byte; the sort key.</summary>
    internal long Offset;

    /// <summary>
    /// The byte behind the last one that others must keep away from; beyond the extent when the node moves the end of
    /// the store.
    /// </summary>
    internal long LockEnd;

    /// <summary>Order of arrival; breaks ties of <see cref="Offset"/> and decides who waits for whom.</summary>
    internal long Sequence;

    /// <summary>True when the node changes bytes (see <c>IoKinds.Changes</c>).</summary>
    internal bool IsChange;

    // --- links, owned by the tree that holds the node ------------------------------------------------------------

    internal ExtentNode? Left;
    internal ExtentNode? Right;
    internal ExtentNode? Up;
    internal ExtentNode? Previous;
    internal ExtentNode? Next;
    internal long MaxLockEnd;
    internal uint Weight;

    // --- who waits for this node, owned by the OverlapGuard ------------------------------------------------------

    internal IoRequest? FirstWaiter;

    private protected ExtentNode()
    {
    }
}
