using System.Runtime.InteropServices;

namespace IoMerge.Mount.Fuse.Protocol;

/// <summary>Whether the lengths that a message claims are those that it has. What fails here cannot be trusted at
/// all.</summary>
internal static class FuseFraming
{
    public const int HeaderBytes = 40;

    /// <summary>Takes the header off a message and says where its body ends.</summary>
    /// <param name="head">The first bytes of the message.</param>
    /// <param name="received">Bytes of the whole message.</param>
    /// <param name="header">The header.</param>
    /// <param name="bodyBytes">Bytes between the header and the extensions at the very end.</param>
    /// <returns>Null, or a sentence on what is wrong.</returns>
    public static string? Check(ReadOnlySpan<byte> head, int received, out fuse_in_header header, out int bodyBytes)
    {
        bodyBytes = 0;
        header = default;
        if (received < HeaderBytes || !MemoryMarshal.TryRead(head, out header))
            return $"a message of {received} bytes is shorter than its header of {HeaderBytes}";
        if (header.len != (uint)received)
            return $"a message of {received} bytes says that it has {header.len} (opcode {header.opcode})";
        bodyBytes = received - HeaderBytes - 8 * header.total_extlen;
        if (bodyBytes < 0)
            return $"a message of {received} bytes says that {8 * header.total_extlen} of them are extensions "
                + $"(opcode {header.opcode})";
        return null;
    }
}
