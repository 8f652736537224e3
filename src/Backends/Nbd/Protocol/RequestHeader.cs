using System.Buffers.Binary;

namespace IoMerge.Backends.Nbd;

/// <summary>The 28 bytes in front of every command.</summary>
internal static class RequestHeader
{
    /// <summary>Writes them.</summary>
    /// <param name="target">At least <see cref="NbdWire.RequestBytes"/> bytes.</param>
    /// <param name="flags">Command flags.</param>
    /// <param name="type">What is to be done.</param>
    /// <param name="cookie">What the reply will be known by.</param>
    /// <param name="offset">First byte; 0 or more.</param>
    /// <param name="length">Number of bytes.</param>
    internal static void Write(
        Span<byte> target, ushort flags, ushort type, ulong cookie, long offset, uint length)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, NbdWire.REQUEST_MAGIC);
        BinaryPrimitives.WriteUInt16BigEndian(target[4..], flags);
        BinaryPrimitives.WriteUInt16BigEndian(target[6..], type);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], cookie);
        BinaryPrimitives.WriteInt64BigEndian(target[16..], offset);
        BinaryPrimitives.WriteUInt32BigEndian(target[24..], length);
    }
}
