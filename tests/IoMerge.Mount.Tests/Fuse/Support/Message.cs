using System.Text;

namespace IoMerge.Mount.Tests.Fuse.Support;

/// <summary>Bodies of requests, written field by field after the protocol's tables.</summary>
public static class Message
{
    public const uint Lookup = 1, Forget = 2, GetAttr = 3, SetAttr = 4, Open = 14, Read = 15, Write = 16, StatFs = 17,
        Release = 18, FSync = 20, SetXattr = 21, Flush = 25, InitOpcode = 26, OpenDir = 27, ReadDir = 28, Access = 34,
        Interrupt = 36, BatchForget = 42, Fallocate = 43, LSeek = 46;

    public static byte[] Bytes(params object[] fields)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (object field in fields)
        {
            switch (field)
            {
                case uint number: writer.Write(number); break;
                case ulong number: writer.Write(number); break;
                case byte[] bytes: writer.Write(bytes); break;
                case string text: writer.Write(Encoding.UTF8.GetBytes(text + "\0")); break;
                default: throw new ArgumentException($"{field.GetType()} has no size on the wire");
            }
        }
        writer.Flush();
        return stream.ToArray();
    }

    public static byte[] Init(uint major, uint minor, uint flags, uint flags2) =>
        Bytes(major, minor, 131072u, flags, flags2, new byte[44]);

    public static byte[] ReadAt(ulong offset, uint size) => Bytes(0UL, offset, size, 0u, 0UL, 0u, 0u);

    public static byte[] WriteAt(ulong offset, byte[] data, uint writeFlags = 0, uint flags = 1) =>
        Bytes(0UL, offset, (uint)data.Length, writeFlags, 0UL, flags, 0u, data);

    public static byte[] SetAttributes(uint valid, ulong size = 0, uint mode = 0, uint uid = 0, uint gid = 0,
        ulong mtime = 0, uint mtimeNs = 0) =>
        Bytes(valid, 0u, 0UL, size, 0UL, 0UL, mtime, 0UL, 0u, mtimeNs, 0u, mode, 0u, uid, gid, 0u);

    public static byte[] OpenWith(uint flags) => Bytes(flags, 0u);

    public static byte[] Sync(bool dataOnly = false) => Bytes(0UL, dataOnly ? 1u : 0u, 0u);

    public static byte[] FlushBody(ulong handle = 0) => Bytes(handle, 0u, 0u, 0UL);

    public static byte[] AllocateAt(ulong offset, ulong length, uint mode) => Bytes(0UL, offset, length, mode, 0u);

    public static byte[] SeekFrom(ulong offset, uint whence) => Bytes(0UL, offset, whence, 0u);

    /// <summary>An attribute; <paramref name="size"/> is what the message says of its value's length.</summary>
    public static byte[] Attribute(string name, byte[] value, uint? size = null) =>
        Bytes(size ?? (uint)value.Length, 0u, name, value);

    /// <summary>Bytes that say where they belong.</summary>
    public static byte[] Pattern(long offset, int length)
    {
        var data = new byte[length];
        for (int index = 0; index < length; index++)
            data[index] = PatternAt(offset + index);
        return data;
    }

    public static byte PatternAt(long offset) => (byte)((offset * 2654435761L) >> 13);
}
