namespace IoMerge.Backends.Local;

/// <summary>How a transfer ended: an error if any, and the leading bytes that are known to be transferred.</summary>
internal readonly record struct TransferResult(Errno Error, long Bytes)
{
    internal static TransferResult Done(long bytes) => new(Errno.None, bytes);
}
