namespace IoMerge.Backends.Nbd.Tests.Hostile.Server;

/// <summary>
/// Numbers of the NBD protocol as the server of these tests uses them. Written from the specification a second time on
/// purpose: a client and a server that share a mistake would agree.
/// </summary>
internal static class Wire
{
    internal const ulong InitialMagic = 0x4E42444D41474943;
    internal const ulong OptionMagic = 0x49484156454F5054;
    internal const ulong OptionReplyMagic = 0x0003E889045565A9;
    internal const uint RequestMagic = 0x25609513;
    internal const uint SimpleReplyMagic = 0x67446698;
    internal const uint ChunkMagic = 0x668E33EF;

    internal const ushort FixedNewstyle = 1;
    internal const ushort NoZeroes = 2;

    internal const uint OptionExportName = 1;
    internal const uint OptionAbort = 2;
    internal const uint OptionStartTls = 5;
    internal const uint OptionInfo = 6;
    internal const uint OptionGo = 7;
    internal const uint OptionStructuredReply = 8;
    internal const uint OptionSetMetaContext = 10;

    internal const uint ReplyAck = 1;
    internal const uint ReplyInfo = 3;
    internal const uint ReplyMetaContext = 4;
    internal const uint ErrorUnsupported = 0x8000_0001;
    internal const uint ErrorPolicy = 0x8000_0002;
    internal const uint ErrorTlsRequired = 0x8000_0005;
    internal const uint ErrorUnknown = 0x8000_0006;

    internal const ushort InfoExport = 0;
    internal const ushort InfoName = 1;
    internal const ushort InfoBlockSize = 3;

    internal const ushort HasFlags = 1 << 0;
    internal const ushort ReadOnly = 1 << 1;
    internal const ushort SendFlush = 1 << 2;
    internal const ushort SendFua = 1 << 3;
    internal const ushort SendTrim = 1 << 5;
    internal const ushort SendWriteZeroes = 1 << 6;
    internal const ushort SendDf = 1 << 7;
    internal const ushort CanMultiConn = 1 << 8;
    internal const ushort SendCache = 1 << 10;
    internal const ushort SendFastZero = 1 << 11;

    internal const ushort ChunkDone = 1;
    internal const ushort ChunkNone = 0;
    internal const ushort ChunkOffsetData = 1;
    internal const ushort ChunkOffsetHole = 2;
    internal const ushort ChunkBlockStatus = 5;
    internal const ushort ChunkError = 0x8001;
    internal const ushort ChunkErrorOffset = 0x8002;

    internal const uint Eio = 5;
    internal const uint Einval = 22;
    internal const uint Enotsup = 95;
}

/// <summary>What a client may ask for.</summary>
internal enum Command : ushort
{
    Read = 0,
    Write = 1,
    Disconnect = 2,
    Flush = 3,
    Trim = 4,
    Cache = 5,
    WriteZeroes = 6,
    BlockStatus = 7,
}

/// <summary>A request of the client.</summary>
/// <param name="Flags">Flags of the command.</param>
/// <param name="Command">What is asked for.</param>
/// <param name="Cookie">The client's name for it.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes concerned.</param>
/// <param name="Payload">The bytes of a write.</param>
internal sealed record ClientRequest(
    ushort Flags, Command Command, ulong Cookie, ulong Offset, uint Length, byte[] Payload);
