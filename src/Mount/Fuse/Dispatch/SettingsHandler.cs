using System.Text;
using IoMerge.Backends;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Volumes;
using Tmds.Linux;

namespace IoMerge.Mount.Fuse.Dispatch;

/// <summary>
/// Serves FUSE_SETXATTR for the one attribute that there is, <see cref="SettingsAttribute"/>: of a volume, or of the
/// root directory for all volumes.
/// </summary>
/// <remarks>
/// Every other name gets EOPNOTSUPP, never ENOSYS: after that the kernel would not send a single one any more. Reading
/// attributes does get ENOSYS, on purpose: else the kernel asks for security.capability before each cached write.
/// </remarks>
internal sealed class SettingsHandler(VolumeTable volumes, IVolumeTuner? tuner)
{
    private const int E2BIG = 7;

    private readonly uint _owner = LibC.geteuid();

    /// <summary>FUSE_SETXATTR. XATTR_CREATE and XATTR_REPLACE do not matter: it is a message, not a value.</summary>
    public void Set(in FuseRequest request) => request.Reply(Change(request));

    private Errno Change(in FuseRequest request)
    {
        var body = new FuseRequestReader(request.Body);
        if (!body.TryReadHead(out fuse_setxattr_in set, FuseConstants.FUSE_COMPAT_SETXATTR_IN_SIZE)
            || !body.TryReadName(out ReadOnlySpan<byte> name))
            return Errno.EINVAL;
        if (tuner is null || !name.SequenceEqual(SettingsAttribute.NameBytes))
            return Errno.EOPNOTSUPP;
        // The permission bits of a volume say who may use it. How it is served is the business of who serves it.
        if (request.Header.uid != 0 && request.Header.uid != _owner)
            return Errno.EPERM;
        if (set.size > SettingsAttribute.MostBytes)
            return new Errno(E2BIG);
        if (set.size != (uint)body.Rest.Length)
            return Errno.EINVAL;
        ReadOnlySpan<Volume> chosen = Find(request.Header.nodeid);
        return chosen.IsEmpty
            ? Errno.ENOENT
            : tuner.Tune(chosen, Encoding.UTF8.GetString(body.Rest), request.Header.uid, request.Header.pid);
    }

    private ReadOnlySpan<Volume> Find(ulong nodeid)
    {
        if (nodeid == FuseConstants.FUSE_ROOT_ID)
            return volumes.All;
        int index = volumes.IndexOf(nodeid);
        return index < 0 ? [] : volumes.All.Slice(index, 1);
    }
}
