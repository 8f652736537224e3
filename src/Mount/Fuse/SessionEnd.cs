namespace IoMerge.Mount.Fuse;

/// <summary>Why a session ended.</summary>
public enum SessionEndReason
{
    /// <summary>The file system was unmounted: the regular end.</summary>
    Unmounted,

    /// <summary>The connection was aborted, or the session was disposed of while it was mounted.</summary>
    Aborted,

    /// <summary>The other side sent what cannot be trusted.</summary>
    ProtocolError,
}

/// <summary>The end of a session.</summary>
/// <param name="Reason">Why it ended.</param>
/// <param name="Message">One sentence for a person.</param>
public sealed record SessionEnd(SessionEndReason Reason, string Message);
