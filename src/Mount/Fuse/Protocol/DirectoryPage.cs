using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IoMerge.Mount.Fuse.Protocol;

/// <summary>Writes directory entries one behind the other into the reply of FUSE_READDIR, as many as fit.</summary>
internal ref struct DirectoryPage(Span<byte> target)
{
    private readonly Span<byte> _target = target;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Appends an entry.</summary>
    /// <param name="inode">Its inode number.</param>
    /// <param name="next">The cookie by which the kernel asks for what follows; not 0.</param>
    /// <param name="type">DT_DIR or DT_REG.</param>
    /// <param name="name">Its name, without NUL.</param>
    /// <returns>False when it does not fit; nothing was written then.</returns>
    public bool TryAppend(ulong inode, ulong next, uint type, ReadOnlySpan<byte> name)
    {
        int used = Unsafe.SizeOf<fuse_dirent>() + name.Length;
        int padded = (used + 7) & ~7;
        if (padded > _target.Length - Length)
            return false;
        Span<byte> record = _target.Slice(Length, padded);
        var entry = new fuse_dirent { ino = inode, off = next, namelen = (uint)name.Length, type = type };
        MemoryMarshal.Write(record, in entry);
        name.CopyTo(record[Unsafe.SizeOf<fuse_dirent>()..]);
        record[used..].Clear();
        Length += padded;
        return true;
    }
}
