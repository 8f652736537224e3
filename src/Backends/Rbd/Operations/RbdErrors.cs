namespace IoMerge.Backends.Rbd;

/// <summary>What Ceph's errors on the data path mean to callers. Pure.</summary>
internal static class RbdErrors
{
    /// <summary>
    /// The error that the callers of an operation get. What librbd reports of the connection or of the image as a whole
    /// is EIO to them: ENOENT or ESHUTDOWN say nothing sensible about a read of a file that is open.
    /// </summary>
    /// <param name="returned">What librbd returned, below 0.</param>
    internal static Errno ToErrno(long returned)
    {
        Errno error = Original(returned);
        return error == Errno.ESHUTDOWN || error == Errno.ENOENT || error == Errno.ENOTCONN || error == Errno.EACCES
            || error == Errno.EPERM || error == Errno.EAGAIN || error == Errno.EBUSY || error.IsSuccess
            ? Errno.EIO : error;
    }

    /// <summary>The error as librbd means it; none for what is no error number.</summary>
    internal static Errno Original(long returned) =>
        returned is < 0 and > -4096 ? new Errno((int)-returned) : Errno.None;
}
