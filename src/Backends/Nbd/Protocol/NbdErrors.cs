namespace IoMerge.Backends.Nbd;

/// <summary>Errors as they travel, which are Linux' numbers for the few that the specification knows.</summary>
internal static class NbdErrors
{
    /// <summary>The errno for an error of the wire; EIO for one that nobody knows.</summary>
    internal static Errno ToErrno(uint error) => error switch
    {
        0 => Errno.None,
        1 => Errno.EPERM,
        5 => Errno.EIO,
        12 => Errno.ENOMEM,
        22 => Errno.EINVAL,
        28 => Errno.ENOSPC,
        75 => Errno.EOVERFLOW,
        95 => Errno.EOPNOTSUPP,
        _ => Errno.EIO,
    };
}
