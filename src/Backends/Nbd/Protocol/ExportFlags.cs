namespace IoMerge.Backends.Nbd;

/// <summary>The transmission flags: what a server says that an export can do.</summary>
[Flags]
internal enum ExportFlags : ushort
{
    None = 0,
    HasFlags = 1,
    ReadOnly = 2,
    SendFlush = 4,
    SendFua = 8,
    SendTrim = 32,
    SendWriteZeroes = 64,
    CanMultiConn = 256,
    SendCache = 1024,
    SendFastZero = 2048,
}
