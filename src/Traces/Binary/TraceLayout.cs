namespace IoMerge.Traces.Binary;

/// <summary>
/// The numbers of the binary format, version 1; docs/traces.md describes them byte by byte. All of more than one byte
/// are little-endian.
/// </summary>
internal static class TraceLayout
{
    /// <summary>The version that is written and read.</summary>
    public const ushort Version = 1;

    /// <summary>Bytes before the body of the header: magic, version, two zeros, length of the body.</summary>
    public const int HeaderPrefixBytes = 16;

    /// <summary>Bytes of a checksum, XXH3 with 64 bits.</summary>
    public const int ChecksumBytes = 8;

    /// <summary>Bytes of a block before its payload.</summary>
    public const int BlockHeaderBytes = 24;

    /// <summary>Bytes of a block's header that its checksum covers, as it covers the payload.</summary>
    public const int BlockCheckedBytes = 16;

    /// <summary>Most bytes of the header's body. More is damage.</summary>
    public const int MaxHeaderBytes = 32 << 20;

    /// <summary>Most bytes of a block's payload. More is damage.</summary>
    public const int MaxPayloadBytes = 1 << 20;

    /// <summary>Payload at which the writer ends a block.</summary>
    public const int FullPayloadBytes = 64 << 10;

    /// <summary>Bytes of the payload of the closing block: the number of all records.</summary>
    public const int ClosingPayloadBytes = 8;

    /// <summary>What a file begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "IOMTRACE"u8;

    /// <summary>What a block of records begins with.</summary>
    public static ReadOnlySpan<byte> RecordsMark => "RECS"u8;

    /// <summary>What the closing block begins with.</summary>
    public static ReadOnlySpan<byte> ClosingMark => "DONE"u8;
}
