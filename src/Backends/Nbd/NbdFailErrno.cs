namespace IoMerge.Backends.Nbd;

/// <summary>
/// What requests end with when the server has been away for too long. The names are those of errno(3).
/// </summary>
public enum NbdFailErrno
{
    /// <summary>Input/output error: what applications expect of a disk.</summary>
    EIO = 5,

    /// <summary>No such device: members of a merged operation are not tried one by one.</summary>
    ENODEV = 19,

    /// <summary>Not connected.</summary>
    ENOTCONN = 107,

    /// <summary>Timed out.</summary>
    ETIMEDOUT = 110,
}
