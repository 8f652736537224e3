using System.Numerics;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Fuse.Dispatch;

/// <summary>What stat(2) shows of the root directory and of volumes, and for how long the kernel may believe
/// it.</summary>
internal static class NodeAttributes
{
    private const uint RootMode = FuseConstants.S_IFDIR | 0x1ED; // 0755
    private const uint BlockBytes = 4096;
    private const uint MostBlockBytes = 1 << 20;
    private const int StatBlockBytes = 512;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Seconds that what never changes is valid.</summary>
    public const ulong LongValidity = 3600;

    /// <summary>Seconds that the attributes of a volume that can grow are valid.</summary>
    public const ulong ShortValidity = 1;

    /// <summary>Seconds that the attributes of a volume are valid.</summary>
    public static ulong ValidityOf(Volume volume) => volume.CanResize ? ShortValidity : LongValidity;

    /// <summary>The attributes of a volume.</summary>
    public static fuse_attr Of(Volume volume, ulong nodeid)
    {
        long size = volume.Size;
        var attr = new fuse_attr
        {
            ino = nodeid,
            size = (ulong)size,
            blocks = (ulong)(size / StatBlockBytes + (size % StatBlockBytes == 0 ? 0 : 1)),
            mode = FuseConstants.S_IFREG | volume.Options.Mode & 0x1FF,
            nlink = 1,
            uid = volume.Options.Uid,
            gid = volume.Options.Gid,
            blksize = PreferredBlock(volume),
        };
        (attr.atime, attr.atimensec) = Split(volume.Times.Access);
        (attr.mtime, attr.mtimensec) = Split(volume.Times.Modification);
        (attr.ctime, attr.ctimensec) = Split(volume.Times.Change);
        return attr;
    }

    /// <summary>The attributes of the root directory.</summary>
    /// <param name="uid">Its owner.</param>
    /// <param name="gid">Its group.</param>
    /// <param name="since">When it came to be, in nanoseconds since 1970.</param>
    public static fuse_attr OfRoot(uint uid, uint gid, long since)
    {
        var attr = new fuse_attr
        {
            ino = FuseConstants.FUSE_ROOT_ID,
            mode = RootMode,
            nlink = 2,
            uid = uid,
            gid = gid,
            blksize = BlockBytes,
        };
        (attr.atime, attr.atimensec) = Split(since);
        (attr.mtime, attr.mtimensec) = (attr.atime, attr.atimensec);
        (attr.ctime, attr.ctimensec) = (attr.atime, attr.atimensec);
        return attr;
    }

    /// <summary>The reply to GETATTR and SETATTR of a volume.</summary>
    public static fuse_attr_out Reply(Volume volume, ulong nodeid) =>
        new() { attr_valid = ValidityOf(volume), attr = Of(volume, nodeid) };

    // What programs such as cp take as the size of one call: the backend's preference where it has one.
    private static uint PreferredBlock(Volume volume)
    {
        long preferred = Math.Clamp(volume.Geometry.PreferredTransferBytes, BlockBytes, MostBlockBytes);
        return BitOperations.RoundUpToPowerOf2((uint)preferred);
    }

    private static (ulong Seconds, uint Nanoseconds) Split(long time)
    {
        long seconds = Math.DivRem(time, NanosecondsPerSecond, out long rest);
        return rest < 0
            ? ((ulong)(seconds - 1), (uint)(rest + NanosecondsPerSecond))
            : ((ulong)seconds, (uint)rest);
    }
}
