using System.Runtime.InteropServices;

namespace IoMerge.Backends.Local;

/// <summary>
/// Carries an operation through an engine in memory of its own, so that the operation can be ended while the system
/// still reaches into that memory.
/// </summary>
/// <remarks>
/// Who ends the operation is settled by one exchange of <see cref="_outer"/>: the engine, when it completes in time, or
/// the watch, when it does not. The memory is freed after the engine has completed and not before; when it never does,
/// it is never freed.
/// </remarks>
internal sealed unsafe class TimedIo(TimedTransferEngine owner) : BackendIo
{
    private const nuint PageBytes = 4096;
    private readonly IoSegment[] _segments = new IoSegment[1];
    private BackendIo? _outer;
    private byte* _memory;
    private nuint _capacity;

    ~TimedIo() => NativeMemory.AlignedFree(_memory);

    public override ReadOnlySpan<IoSegment> Segments => Kind.IsTransfer() ? _segments : [];

    /// <summary>Bytes of memory that it holds, until the system has returned it.</summary>
    internal long MemoryBytes => (long)_capacity;

    /// <summary>When it was submitted, in the clock's ticks.</summary>
    internal long SubmittedAt { get; set; }

    /// <summary>Its neighbours among those in flight, from the oldest to the youngest.</summary>
    internal TimedIo? Older { get; set; }

    /// <inheritdoc cref="Older"/>
    internal TimedIo? Younger { get; set; }

    /// <summary>Takes an operation in, and the bytes of a write.</summary>
    /// <returns>ENOMEM when there is no memory for it; EINVAL when its memory is not as long as its extent.</returns>
    internal Errno Begin(BackendIo outer)
    {
        Kind = outer.Kind;
        Flags = outer.Flags;
        Extent = outer.Extent;
        MemberCount = outer.MemberCount;
        Next = null;
        if (Kind.IsTransfer())
        {
            Errno error = outer.RequireSegments();
            if (error.IsSuccess && !outer.HasWholeSegments)
                error = Errno.EINVAL;
            if (error.IsSuccess && !TryReserve((nuint)Extent.Length))
                error = Errno.ENOMEM;
            if (error.IsError)
                return error;
            _segments[0] = new IoSegment((nint)_memory, (nint)Extent.Length);
            if (Kind == IoKind.Write)
                new SegmentCursor(outer.Segments, Extent.Length).CopyTo(_memory, Extent.Length);
        }
        Volatile.Write(ref _outer, outer);
        return Errno.None;
    }

    /// <summary>Takes the operation out, for whoever ends it; null for who comes second.</summary>
    internal BackendIo? TakeOuter() => Interlocked.Exchange(ref _outer, null);

    /// <inheritdoc/>
    public override void Complete(Errno error, long result)
    {
        BackendIo? outer = TakeOuter();
        if (outer is not null && Kind == IoKind.Read && result > 0)
        {
            new SegmentCursor(outer.Segments, Extent.Length)
                .CopyFrom(_memory, Math.Min(result, Extent.Length));
        }
        owner.Returned(this, wasInTime: outer is not null);
        outer?.Complete(error, result);
    }

    private bool TryReserve(nuint length)
    {
        if (length <= _capacity)
            return true;
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _capacity = 0;
        try
        {
            _memory = (byte*)NativeMemory.AlignedAlloc(length, PageBytes);
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
        _capacity = length;
        return true;
    }
}
