namespace IoMerge.Mount.Fuse.Protocol;

/// <summary>Numbers of the kernel's <c>fuse.h</c> and of the x86-64 and arm64 <c>fcntl.h</c> that travel in
/// messages.</summary>
internal static class FuseConstants
{
    public const uint FUSE_KERNEL_VERSION = 7;

    /// <summary>The newest minor version this server knows the layouts of.</summary>
    public const uint FUSE_KERNEL_MINOR_VERSION = 45;

    /// <summary>The oldest minor version whose layouts are the ones of this server (Linux 2.6.31).</summary>
    public const uint OldestMinorVersion = 12;

    /// <summary>Before this minor version an INIT reply ends behind <c>max_write</c>.</summary>
    public const uint LongInitMinorVersion = 23;

    public const int FUSE_COMPAT_22_INIT_OUT_SIZE = 24;

    /// <summary>What there is of <c>fuse_setxattr_in</c> unless FUSE_SETXATTR_EXT was agreed on.</summary>
    public const int FUSE_COMPAT_SETXATTR_IN_SIZE = 8;

    /// <summary>Requests of a kernel without FUSE_MAX_PAGES hold at most this many pages.</summary>
    public const int FUSE_DEFAULT_MAX_PAGES_PER_REQ = 32;

    public const ulong FUSE_ROOT_ID = 1;

    /// <summary>No request is longer than this many bytes beside its payload, so no read may offer less.</summary>
    public const int FUSE_MIN_READ_BUFFER = 8192;

    /// <summary>Bytes of a message before the data of a write: <c>fuse_in_header</c> and
    /// <c>fuse_write_in</c>.</summary>
    public const int WriteHeaderBytes = 80;

    /// <summary>ioctl(2) request that attaches a second descriptor to a connection: _IOR(229, 0, uint32_t).</summary>
    public const uint FUSE_DEV_IOC_CLONE = 0x8004E500;

    public const uint FOPEN_DIRECT_IO = 1 << 0;
    public const uint FOPEN_PARALLEL_DIRECT_WRITES = 1 << 6;

    public const uint FUSE_WRITE_CACHE = 1 << 0;

    public const uint FATTR_MODE = 1 << 0;
    public const uint FATTR_UID = 1 << 1;
    public const uint FATTR_GID = 1 << 2;
    public const uint FATTR_SIZE = 1 << 3;
    public const uint FATTR_ATIME = 1 << 4;
    public const uint FATTR_MTIME = 1 << 5;
    public const uint FATTR_FH = 1 << 6;
    public const uint FATTR_ATIME_NOW = 1 << 7;
    public const uint FATTR_MTIME_NOW = 1 << 8;
    public const uint FATTR_CTIME = 1 << 10;

    public const uint O_ACCMODE = 3;
    public const uint O_RDONLY = 0;
    public const uint O_TRUNC = 0x200;
    public const uint O_DSYNC = 0x1000;
    public const uint O_SYNC = 0x101000;

    public const uint FALLOC_FL_KEEP_SIZE = 0x01;
    public const uint FALLOC_FL_PUNCH_HOLE = 0x02;
    public const uint FALLOC_FL_ZERO_RANGE = 0x10;

    public const uint SEEK_DATA = 3;
    public const uint SEEK_HOLE = 4;

    public const uint S_IFDIR = 0x4000;
    public const uint S_IFREG = 0x8000;
    public const uint DT_DIR = 4;
    public const uint DT_REG = 8;
}
