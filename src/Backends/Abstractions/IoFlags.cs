namespace IoMerge.Backends;

/// <summary>How an operation is to be done; meaningless bits for its kind are ignored.</summary>
[Flags]
public enum IoFlags : byte
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>
    /// FUA, O_DSYNC: the data, and what is needed to read it back, is durable when the operation completes.
    /// </summary>
    DataSync = 1,

    /// <summary>O_SYNC: data and all metadata are durable when the operation completes.</summary>
    Sync = 2,

    /// <summary><see cref="IoKind.Zero"/>: the space behind the zeros may be freed (punch a hole).</summary>
    Unmap = 4,

    /// <summary><see cref="IoKind.Zero"/>, <see cref="IoKind.Allocate"/>: do not grow the store.</summary>
    KeepSize = 8,
}
