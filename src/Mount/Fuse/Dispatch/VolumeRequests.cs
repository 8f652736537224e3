using IoMerge.Backends;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Fuse.Dispatch;

/// <summary>The checks that requests about a volume begin with: the body is long enough, the node is a
/// volume.</summary>
internal static class VolumeRequests
{
    /// <summary>Takes the body off a request and finds its volume.</summary>
    /// <param name="volumes">The volumes.</param>
    /// <param name="request">The request.</param>
    /// <param name="forRoot">The answer when the node is the root directory.</param>
    /// <param name="body">The fixed part of the request's body.</param>
    /// <param name="index">Index of the volume.</param>
    /// <returns>False when a check failed; the request is answered then.</returns>
    public static bool TryOpen<T>(
        this VolumeTable volumes, in FuseRequest request, Errno forRoot, out T body, out int index)
        where T : unmanaged
    {
        ulong nodeid = request.Header.nodeid;
        index = volumes.IndexOf(nodeid);
        bool isWhole = new FuseRequestReader(request.Body).TryRead(out body);
        if (isWhole && index >= 0)
            return true;
        request.Reply(!isWhole ? Errno.EINVAL : nodeid == FuseConstants.FUSE_ROOT_ID ? forRoot : Errno.ENOENT);
        return false;
    }
}
