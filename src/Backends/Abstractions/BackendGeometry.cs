namespace IoMerge.Backends;

/// <summary>What a store demands, prefers and can do. Constant for the life of a backend.</summary>
public sealed record BackendGeometry
{
    /// <summary>
    /// Smallest unit, in bytes, that the store itself reads and writes; a power of two, 1 when it has none. A backend
    /// serves extents that are no multiple of it too (by reading, changing and writing whole blocks); whoever submits
    /// must keep operations that touch a common block from being in flight together.
    /// </summary>
    public int BlockSize { get; init; } = 1;

    /// <summary>Alignment, in bytes, of memory that can be transferred without a copy; a power of two.</summary>
    public int MemoryAlignment { get; init; } = 1;

    /// <summary>Most bytes of one operation. Larger single requests still pass; nothing is merged beyond it.</summary>
    public long MaxTransferBytes { get; init; } = 32L << 20;

    /// <summary>
    /// The size, in bytes, from which on a longer operation gains nothing because the bytes cost more than the
    /// operation; 0 when longer is always better. The elevator does not merge beyond it.
    /// </summary>
    public long PreferredTransferBytes { get; init; }

    /// <summary>Most segments of one operation.</summary>
    public int MaxSegments { get; init; } = 1024;

    /// <summary>
    /// No merged operation crosses a multiple of it (stripe, object), in bytes; 0 when there is none.
    /// </summary>
    public long Boundary { get; init; }

    /// <summary>True when a successful flush means that the data survives a loss of power.</summary>
    public bool IsDurable { get; init; }

    /// <summary>True when everything that changes the store fails with EROFS.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>True when <see cref="IoKind.Resize"/> and writes beyond the end are served.</summary>
    public bool CanResize { get; init; }

    /// <summary>True when <see cref="IoKind.Discard"/> is served.</summary>
    public bool CanDiscard { get; init; }

    /// <summary>True when <see cref="IoKind.Zero"/> is served.</summary>
    public bool CanZero { get; init; }

    /// <summary>True when <see cref="IoKind.Allocate"/> is served.</summary>
    public bool CanAllocate { get; init; }

    /// <summary>True when <see cref="IoKind.SeekData"/> and <see cref="IoKind.SeekHole"/> are served.</summary>
    public bool CanSeekData { get; init; }

    /// <summary>
    /// True when transfers cost less with memory that <see cref="IBackend.RegisterMemory"/> told of before.
    /// </summary>
    public bool PrefersRegisteredMemory { get; init; }

    /// <summary>
    /// True when operations usually complete on the submitting thread before <see cref="IBackend.Submit"/> returns:
    /// then submitting is the work, and a submitter hands over little at a time so that other threads can share it.
    /// </summary>
    public bool CompletesInline { get; init; }
}
