namespace IoMerge.Backends;

/// <summary>
/// The currency of failure on the data path: a Linux error number, 0 for success. Exceptions are for bugs and for
/// stores that cannot be opened.
/// </summary>
/// <param name="Value">The positive number, as in errno(3); 0 means success.</param>
public readonly record struct Errno(int Value)
{
    /// <summary>Success.</summary>
    public static Errno None => default;

    /// <summary>Operation not permitted.</summary>
    public static Errno EPERM => new(1);

    /// <summary>No such file or directory.</summary>
    public static Errno ENOENT => new(2);

    /// <summary>Interrupted.</summary>
    public static Errno EINTR => new(4);

    /// <summary>Input/output error.</summary>
    public static Errno EIO => new(5);

    /// <summary>No such device or address; the answer of a seek behind the last data.</summary>
    public static Errno ENXIO => new(6);

    /// <summary>Bad file descriptor.</summary>
    public static Errno EBADF => new(9);

    /// <summary>Try again.</summary>
    public static Errno EAGAIN => new(11);

    /// <summary>Out of memory.</summary>
    public static Errno ENOMEM => new(12);

    /// <summary>Permission denied.</summary>
    public static Errno EACCES => new(13);

    /// <summary>Device or resource busy.</summary>
    public static Errno EBUSY => new(16);

    /// <summary>No such device.</summary>
    public static Errno ENODEV => new(19);

    /// <summary>Not a directory.</summary>
    public static Errno ENOTDIR => new(20);

    /// <summary>Is a directory.</summary>
    public static Errno EISDIR => new(21);

    /// <summary>Invalid argument.</summary>
    public static Errno EINVAL => new(22);

    /// <summary>Inappropriate ioctl.</summary>
    public static Errno ENOTTY => new(25);

    /// <summary>File too large.</summary>
    public static Errno EFBIG => new(27);

    /// <summary>No space left.</summary>
    public static Errno ENOSPC => new(28);

    /// <summary>Read-only store.</summary>
    public static Errno EROFS => new(30);

    /// <summary>Numerical result out of range.</summary>
    public static Errno ERANGE => new(34);

    /// <summary>Function not implemented.</summary>
    public static Errno ENOSYS => new(38);

    /// <summary>Value too large.</summary>
    public static Errno EOVERFLOW => new(75);

    /// <summary>Operation not supported.</summary>
    public static Errno EOPNOTSUPP => new(95);

    /// <summary>Not connected; what a mount answers whose server died.</summary>
    public static Errno ENOTCONN => new(107);

    /// <summary>Cannot send after shutdown; what a scheduler answers once it is being disposed.</summary>
    public static Errno ESHUTDOWN => new(108);

    /// <summary>Timed out.</summary>
    public static Errno ETIMEDOUT => new(110);

    /// <summary>Cancelled by its caller.</summary>
    public static Errno ECANCELED => new(125);

    /// <summary>Disk quota exceeded.</summary>
    public static Errno EDQUOT => new(122);

    /// <summary>True when nothing failed.</summary>
    public bool IsSuccess => Value == 0;

    /// <summary>True when something failed.</summary>
    public bool IsError => Value != 0;

    /// <summary>
    /// True for errors that concern the whole store rather than some of its bytes: trying the parts of a failed
    /// operation one by one would only fail each of them the same way, after as long a time where that was the error.
    /// </summary>
    public bool ConcernsWholeStore =>
        this == ENOSPC || this == EDQUOT || this == EROFS || this == ENODEV || this == ENXIO || this == EBADF
        || this == ENOTCONN || this == ESHUTDOWN || this == ETIMEDOUT;

    /// <summary>The symbol where it is known ("EIO"), else "errno N".</summary>
    public override string ToString() => ErrnoNames.Get(Value);
}
