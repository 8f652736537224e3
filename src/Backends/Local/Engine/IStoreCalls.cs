namespace IoMerge.Backends.Local;

/// <summary>
/// The system calls that operations on an open store need, and no more: the seam where tests put a system that
/// transfers short, fails or counts. EINTR never comes out of it.
/// </summary>
internal unsafe interface IStoreCalls
{
    /// <summary>preadv2(2).</summary>
    /// <returns>Bytes read, or -1 with <paramref name="error"/> set.</returns>
    nint Read(int fd, IoSegment* segments, int count, long offset, CallFlags flags, out Errno error);

    /// <summary>pwritev2(2).</summary>
    /// <returns>Bytes written, or -1 with <paramref name="error"/> set.</returns>
    nint Write(int fd, IoSegment* segments, int count, long offset, CallFlags flags, out Errno error);

    /// <summary>fdatasync(2).</summary>
    Errno SyncData(int fd);

    /// <summary>fsync(2).</summary>
    Errno SyncAll(int fd);

    /// <summary>fallocate(2).</summary>
    Errno Allocate(int fd, AllocateMode mode, Extent extent);

    /// <summary>ftruncate(2).</summary>
    Errno SetLength(int fd, long length);

    /// <summary>lseek(2) with SEEK_DATA or SEEK_HOLE.</summary>
    Errno Seek(int fd, long offset, bool hole, out long found);

    /// <summary>BLKDISCARD; the extent is a multiple of the logical block.</summary>
    Errno DiscardBlocks(int fd, Extent extent);

    /// <summary>BLKZEROOUT; the extent is a multiple of the logical block.</summary>
    Errno ZeroBlocks(int fd, Extent extent);
}

/// <summary>How one transfer is to be done; the values are those of RWF_*.</summary>
[Flags]
internal enum CallFlags
{
    None = 0,
    DataSync = Native.NativeCalls.RWF_DSYNC,
    Sync = Native.NativeCalls.RWF_SYNC,
    NoWait = Native.NativeCalls.RWF_NOWAIT,
}

/// <summary>What fallocate(2) is to do; the values are those of FALLOC_FL_*.</summary>
[Flags]
internal enum AllocateMode
{
    Reserve = 0,
    KeepSize = Native.NativeCalls.FALLOC_FL_KEEP_SIZE,
    PunchHole = Native.NativeCalls.FALLOC_FL_PUNCH_HOLE,
    ZeroRange = Native.NativeCalls.FALLOC_FL_ZERO_RANGE,
}
