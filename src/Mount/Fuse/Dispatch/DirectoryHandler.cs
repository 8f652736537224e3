using System.Buffers;
using IoMerge.Backends;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Fuse.Transport;
using IoMerge.Mount.Volumes;
using Tmds.Linux;

namespace IoMerge.Mount.Fuse.Dispatch;

/// <summary>Serves the root directory: names, entries and the totals of statfs(2). It never changes while
/// mounted.</summary>
internal sealed class DirectoryHandler(VolumeTable volumes, TimeProvider time)
{
    private const uint BlockBytes = 4096;
    private const uint LongestName = 255;
    private const int MostPageBytes = 64 << 10;

    private readonly uint _uid = LibC.geteuid();
    private readonly uint _gid = LibC.getegid();
    private readonly long _since = new VolumeTimes(time).Now;

    /// <summary>The attributes of the root directory.</summary>
    public fuse_attr Attributes => NodeAttributes.OfRoot(_uid, _gid, _since);

    /// <summary>FUSE_LOOKUP.</summary>
    public void Lookup(in FuseRequest request)
    {
        var body = new FuseRequestReader(request.Body);
        if (!body.TryReadName(out ReadOnlySpan<byte> name))
        {
            request.Reply(Errno.EINVAL);
            return;
        }
        if (request.Header.nodeid != FuseConstants.FUSE_ROOT_ID)
        {
            request.Reply(volumes.IndexOf(request.Header.nodeid) >= 0 ? Errno.ENOTDIR : Errno.ENOENT);
            return;
        }
        int index = volumes.IndexOf(name);
        if (index < 0)
        {
            request.Reply(Errno.ENOENT);
            return;
        }
        Volume volume = volumes.All[index];
        ulong nodeid = VolumeTable.NodeOf(index);
        request.Reply(new fuse_entry_out
        {
            nodeid = nodeid,
            entry_valid = NodeAttributes.LongValidity,
            attr_valid = NodeAttributes.ValidityOf(volume),
            attr = NodeAttributes.Of(volume, nodeid),
        });
    }

    /// <summary>FUSE_OPENDIR.</summary>
    public void Open(in FuseRequest request)
    {
        if (IsRoot(request))
            request.Reply(default(fuse_open_out));
    }

    /// <summary>FUSE_READDIR. The cookie of an entry is the position of the one behind it.</summary>
    public unsafe void Read(in FuseRequest request)
    {
        if (!IsRoot(request))
            return;
        var body = new FuseRequestReader(request.Body);
        if (!body.TryRead(out fuse_read_in read))
        {
            request.Reply(Errno.EINVAL);
            return;
        }
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MostPageBytes);
        int length = Fill(buffer.AsSpan(0, (int)Math.Min(read.size, MostPageBytes)), read.offset);
        fixed (byte* data = buffer)
            _ = FuseReplyWriter.WriteData(request.Channel, request.Header.unique, (nint)data, length, leadBytes: 0);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>FUSE_STATFS. Volumes are as large as they are: nothing is free.</summary>
    public void StatFs(in FuseRequest request)
    {
        ulong blocks = 0;
        foreach (Volume volume in volumes.All)
            blocks += (ulong)volume.Size / BlockBytes;
        request.Reply(new fuse_statfs_out
        {
            st = new fuse_kstatfs
            {
                blocks = blocks,
                files = (ulong)volumes.Count + 1,
                bsize = BlockBytes,
                frsize = BlockBytes,
                namelen = LongestName,
            },
        });
    }

    private int Fill(Span<byte> target, ulong position)
    {
        var page = new DirectoryPage(target);
        ulong end = (ulong)volumes.Count + 2;
        for (; position < end; position++)
        {
            bool fits = position switch
            {
                0 => page.TryAppend(FuseConstants.FUSE_ROOT_ID, 1, FuseConstants.DT_DIR, "."u8),
                1 => page.TryAppend(FuseConstants.FUSE_ROOT_ID, 2, FuseConstants.DT_DIR, ".."u8),
                _ => page.TryAppend(VolumeTable.NodeOf((int)position - 2), position + 1, FuseConstants.DT_REG,
                    volumes.All[(int)position - 2].NameBytes),
            };
            if (!fits)
                break;
        }
        return page.Length;
    }

    private bool IsRoot(in FuseRequest request)
    {
        if (request.Header.nodeid == FuseConstants.FUSE_ROOT_ID)
            return true;
        request.Reply(volumes.IndexOf(request.Header.nodeid) >= 0 ? Errno.ENOTDIR : Errno.ENOENT);
        return false;
    }
}
