namespace IoMerge.Scheduler;

/// <summary>
/// What the elevator's indexes hold: something that covers a range of bytes. Has no public members; derive
/// from <see cref="IoRequest"/> instead.
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

    // --- place, owned by the tree that holds the node ------------------------------------------------------------

    /// <summary>The page that holds the node.</summary>
    internal ExtentLeaf? Leaf;

    // --- who waits for this node, owned by the OverlapGuard ------------------------------------------------------

    internal IoRequest? FirstWaiter;

    private protected ExtentNode()
    {
    }
}
