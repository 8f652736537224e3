using IoMerge.Backends;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Reading;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Fuse.Dispatch;

/// <summary>Serves attributes: what stat(2) shows, what truncate(2), utimensat(2), chmod(2) and access(2) ask
/// for.</summary>
internal sealed class AttributeHandler(VolumeTable volumes, DirectoryHandler directory, OpenTruncation truncation)
{
    private const uint WriteMask = 2;
    private const uint ExecuteMask = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const ulong LatestSecond = long.MaxValue / NanosecondsPerSecond - 1;

    /// <summary>FUSE_GETATTR.</summary>
    public void Get(in FuseRequest request)
    {
        ulong nodeid = request.Header.nodeid;
        int index = volumes.IndexOf(nodeid);
        if (index >= 0)
            request.Reply(NodeAttributes.Reply(volumes.All[index], nodeid));
        else if (nodeid == FuseConstants.FUSE_ROOT_ID)
            request.Reply(RootReply());
        else
            request.Reply(Errno.ENOENT);
    }

    /// <summary>FUSE_SETATTR. Size goes through the scheduler, times stay in memory, the rest is
    /// configuration's.</summary>
    public void Set(in FuseRequest request, Intake intake)
    {
        if (!volumes.TryOpen(request, Errno.EPERM, out fuse_setattr_in set, out int index))
            return;
        Volume volume = volumes.All[index];
        Errno refusal = Check(volume, set, request.Header.pid);
        if (refusal.IsError)
        {
            request.Reply(refusal);
            return;
        }
        SetTimes(volume.Times, set);
        if ((set.valid & FuseConstants.FATTR_SIZE) == 0 || !volume.CanResize)
        {
            request.Reply(NodeAttributes.Reply(volume, request.Header.nodeid));
            return;
        }
        FuseIoRequest resize = intake.Requests.Rent();
        resize.Prepare(request, volume, IoKind.Resize, new Extent((long)set.size, 0), ReplyKind.Attributes);
        intake.Admit(request, index, resize);
    }

    /// <summary>
    /// FUSE_ACCESS, for mounts without <c>default_permissions</c>. The message names one group only, so members by a
    /// supplementary group count as others.
    /// </summary>
    public void Access(in FuseRequest request)
    {
        var body = new FuseRequestReader(request.Body);
        int index = volumes.IndexOf(request.Header.nodeid);
        if (!body.TryRead(out fuse_access_in access))
            request.Reply(Errno.EINVAL);
        else if (index >= 0 && (access.mask & WriteMask) != 0 && volumes.All[index].IsReadOnly)
            request.Reply(Errno.EROFS);
        else if (index >= 0)
        {
            fuse_attr attributes = NodeAttributes.Of(volumes.All[index], request.Header.nodeid);
            request.Reply(Check(attributes, request.Header, access.mask));
        }
        else if (request.Header.nodeid == FuseConstants.FUSE_ROOT_ID)
            request.Reply(Check(directory.Attributes, request.Header, access.mask));
        else
            request.Reply(Errno.ENOENT);
    }

    private fuse_attr_out RootReply() =>
        new() { attr_valid = NodeAttributes.LongValidity, attr = directory.Attributes };

    private Errno Check(Volume volume, in fuse_setattr_in set, uint pid)
    {
        const uint owned = FuseConstants.FATTR_MODE | FuseConstants.FATTR_UID | FuseConstants.FATTR_GID;
        bool keeps = ((set.valid & FuseConstants.FATTR_MODE) == 0 || (set.mode & 0xFFF) == volume.Options.Mode)
            && ((set.valid & FuseConstants.FATTR_UID) == 0 || set.uid == volume.Options.Uid)
            && ((set.valid & FuseConstants.FATTR_GID) == 0 || set.gid == volume.Options.Gid);
        if ((set.valid & owned) != 0 && !keeps)
            return Errno.EPERM;
        if ((set.valid & FuseConstants.FATTR_SIZE) == 0)
            return Errno.None;
        if (volume.IsReadOnly)
            return Errno.EROFS;
        if (set.size > long.MaxValue)
            return Errno.EFBIG;
        bool keepsSize = volume.CanResize || (long)set.size == volume.Size || truncation.IsOpen(volume, set, pid);
        return keepsSize ? Errno.None : Errno.EPERM;
    }

    private static void SetTimes(VolumeTimes times, in fuse_setattr_in set)
    {
        long now = times.Now;
        if ((set.valid & FuseConstants.FATTR_ATIME) != 0)
            times.Access = (set.valid & FuseConstants.FATTR_ATIME_NOW) != 0 ? now : ToTime(set.atime, set.atimensec);
        if ((set.valid & FuseConstants.FATTR_MTIME) != 0)
            times.Modification = (set.valid & FuseConstants.FATTR_MTIME_NOW) != 0
                ? now : ToTime(set.mtime, set.mtimensec);
        times.Change = (set.valid & FuseConstants.FATTR_CTIME) != 0 ? ToTime(set.ctime, set.ctimensec) : now;
    }

    // Seconds before 1970 travel as numbers beyond 2^63; what 64 bits of nanoseconds cannot say becomes the nearest.
    private static long ToTime(ulong seconds, uint nanoseconds)
    {
        long bounded = Math.Clamp((long)seconds, -(long)LatestSecond, (long)LatestSecond);
        return bounded * NanosecondsPerSecond + Math.Min(nanoseconds, (uint)NanosecondsPerSecond - 1);
    }

    private static Errno Check(in fuse_attr attr, in fuse_in_header caller, uint mask)
    {
        mask &= 7;
        if (caller.uid == 0)
        {
            bool executable = (attr.mode & 0x49) != 0; // 0111
            return (mask & ExecuteMask) == 0 || executable ? Errno.None : Errno.EACCES;
        }
        int shift = caller.uid == attr.uid ? 6 : caller.gid == attr.gid ? 3 : 0;
        return (mask & ~(attr.mode >> shift)) == 0 ? Errno.None : Errno.EACCES;
    }
}
