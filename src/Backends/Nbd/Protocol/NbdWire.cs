namespace IoMerge.Backends.Nbd;

/// <summary>The numbers of the NBD protocol, by the names of its specification. Nothing but numbers.</summary>
internal static class NbdWire
{
    // The beginning of a connection.
    internal const ulong NBDMAGIC = 0x4e42444d41474943;
    internal const ulong IHAVEOPT = 0x49484156454F5054;
    internal const ulong OptionReplyMagic = 0x0003e889045565a9;
    internal const ushort FLAG_FIXED_NEWSTYLE = 1;
    internal const ushort FLAG_NO_ZEROES = 2;

    // Options.
    internal const uint OPT_EXPORT_NAME = 1;
    internal const uint OPT_ABORT = 2;
    internal const uint OPT_STARTTLS = 5;
    internal const uint OPT_GO = 7;
    internal const uint OPT_STRUCTURED_REPLY = 8;
    internal const uint OPT_SET_META_CONTEXT = 10;
    internal const uint REP_ACK = 1;
    internal const uint REP_INFO = 3;
    internal const uint REP_META_CONTEXT = 4;
    internal const uint REP_FLAG_ERROR = 1u << 31;
    internal const uint REP_ERR_UNSUP = REP_FLAG_ERROR | 1;
    internal const uint REP_ERR_POLICY = REP_FLAG_ERROR | 2;
    internal const uint REP_ERR_INVALID = REP_FLAG_ERROR | 3;
    internal const uint REP_ERR_PLATFORM = REP_FLAG_ERROR | 4;
    internal const uint REP_ERR_TLS_REQD = REP_FLAG_ERROR | 5;
    internal const uint REP_ERR_UNKNOWN = REP_FLAG_ERROR | 6;
    internal const uint REP_ERR_SHUTDOWN = REP_FLAG_ERROR | 7;
    internal const uint REP_ERR_BLOCK_SIZE_REQD = REP_FLAG_ERROR | 8;
    internal const uint REP_ERR_TOO_BIG = REP_FLAG_ERROR | 9;
    internal const ushort INFO_EXPORT = 0;
    internal const ushort INFO_BLOCK_SIZE = 3;

    // Requests.
    internal const uint REQUEST_MAGIC = 0x25609513;
    internal const int RequestBytes = 28;
    internal const ushort CMD_READ = 0;
    internal const ushort CMD_WRITE = 1;
    internal const ushort CMD_DISC = 2;
    internal const ushort CMD_FLUSH = 3;
    internal const ushort CMD_TRIM = 4;
    internal const ushort CMD_CACHE = 5;
    internal const ushort CMD_WRITE_ZEROES = 6;
    internal const ushort CMD_BLOCK_STATUS = 7;
    internal const ushort CMD_FLAG_FUA = 1;
    internal const ushort CMD_FLAG_NO_HOLE = 2;
    internal const ushort CMD_FLAG_FAST_ZERO = 16;

    // Replies.
    internal const uint SIMPLE_REPLY_MAGIC = 0x67446698;
    internal const uint STRUCTURED_REPLY_MAGIC = 0x668e33ef;
    internal const int SimpleReplyBytes = 16;
    internal const int StructuredReplyBytes = 20;
    internal const ushort REPLY_FLAG_DONE = 1;
    internal const ushort REPLY_NONE = 0;
    internal const ushort REPLY_OFFSET_DATA = 1;
    internal const ushort REPLY_OFFSET_HOLE = 2;
    internal const ushort REPLY_BLOCK_STATUS = 5;
    internal const ushort REPLY_ERROR = 0x8001;
    internal const ushort REPLY_ERROR_OFFSET = 0x8002;
    internal const ushort REPLY_ERROR_BIT = 0x8000;
    internal const uint STATE_HOLE = 1;
    internal const uint STATE_ZERO = 2;

    /// <summary>The error of a server that is about to leave: to be asked again elsewhere.</summary>
    internal const uint ESHUTDOWN = 108;

    /// <summary>Most bytes of any string of the protocol.</summary>
    internal const int MaxStringBytes = 4096;

    /// <summary>The port that IANA gave to NBD.</summary>
    internal const int DefaultPort = 10809;
}
