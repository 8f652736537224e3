namespace IoMerge.Scheduler;

/// <summary>
/// The bytes an operation holds while it is at the backend, as the <see cref="OverlapGuard"/> sees them.
/// </summary>
internal sealed class InFlightExtent : ExtentNode
{
    /// <summary>
    /// The byte behind the operation's last one, which <see cref="ExtentNode.LockEnd"/> may lie beyond.
    /// </summary>
    internal long End;

    /// <summary>Requests that travel in the operation.</summary>
    internal int Members;

    /// <summary>
    /// True once its members are being told, which another thread may do: it will land without any further waiting.
    /// </summary>
    internal volatile bool IsOver;
}
