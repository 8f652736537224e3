using System.Diagnostics;
using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// One operation on its way to the backend with the requests that travel in it (the block layer's "request"). Built and
/// taken apart by the elevator's owner; completed by the backend on any thread, which is where the members of a
/// successful operation are told.
/// </summary>
/// <remarks>
/// Memory: a write gathers from its members' buffers. A read whose members are exactly adjacent and all brought memory
/// scatters into it. Any other read has one piece of memory for the whole extent, rented when the backend asks for it
/// or lent by the backend, and members get slices of it; that is what makes gaps and overlaps free.
/// </remarks>
internal sealed unsafe partial class MergedIo : BackendIo
{
    private readonly Elevator _elevator;
    private IoSegment[] _segments = GC.AllocateUninitializedArray<IoSegment>(8, pinned: true);
    private int _firstSegment;
    private int _segmentCount;
    private nint _memory;
    private int _completed;

    internal MergedIo(Elevator elevator)
    {
        _elevator = elevator;
    }

    /// <summary>The members in ascending order, chained by <see cref="IoRequest.NextInChain"/>.</summary>
    internal IoRequest? FirstMember { get; private set; }

    /// <summary>The last member.</summary>
    internal IoRequest? LastMember { get; private set; }

    /// <summary>The whole extent; <see cref="BackendIo.Extent"/> shrinks when a short transfer is continued.</summary>
    internal Extent Whole { get; private set; }

    /// <summary>The bytes it holds while in flight.</summary>
    internal InFlightExtent Lock { get; } = new();

    /// <summary>Leading bytes that are known to be transferred.</summary>
    internal long Done { get; private set; }

    /// <summary>How the last attempt ended.</summary>
    internal Errno Error { get; private set; }

    /// <summary>True when the members were told already and belong to their callers again.</summary>
    internal bool MembersTold { get; private set; }

    /// <summary>Requests queued or in flight when its members were told, they included.</summary>
    internal int OutstandingAtEnd { get; private set; }

    /// <summary>The earliest epoch of its changes.</summary>
    internal long Epoch { get; set; }

    /// <summary>The failed operation whose member this one tries again alone; it holds the lock meanwhile.</summary>
    internal MergedIo? RetryOf { get; set; }

    /// <summary>Members of this failed operation that are still being tried alone.</summary>
    internal int RetriesPending { get; set; }

    /// <summary>Bytes of the members, which count against the admission bound.</summary>
    internal long MemberBytes { get; set; }

    /// <summary>When it was handed to the backend.</summary>
    internal long DispatchedAtNs { get; set; }

    /// <summary>When it completed, if that was on a thread in a turn; null when another thread told it.</summary>
    internal long? CompletedAtNs { get; set; }

    /// <summary>Next in a chain of operations.</summary>
    internal MergedIo? NextOperation { get; set; }

    /// <summary>Number of caller buffers that were followed by memory that is not their continuation.</summary>
    internal int Segmentation { get; private set; }

    /// <inheritdoc/>
    public override ReadOnlySpan<IoSegment> Segments => _segments.AsSpan(_firstSegment, _segmentCount);

    /// <inheritdoc/>
    public override bool AcceptsLoan => Kind == IoKind.Read && _segmentCount == 0;

    /// <summary>Starts over with one member.</summary>
    internal void Begin(IoRequest seed)
    {
        Kind = seed.Kind;
        Flags = seed.Flags;
        Whole = seed.Extent;
        FirstMember = LastMember = seed;
        seed.NextInChain = null;
        MemberCount = 1;
        MemberBytes = seed.Weight64;
        Segmentation = 1;
        Done = 0;
        MembersTold = false;
        Lock.IsOver = false;
        RetryOf = null;
        Lock.Sequence = seed.Sequence;
        Lock.Offset = seed.Offset;
        Lock.LockEnd = seed.LockEnd;
        Lock.FirstWaiter = null;
    }

    /// <summary>Adds a member that starts at or after the last one's start.</summary>
    internal void AddBack(IoRequest request)
    {
        if (!ContinuesInMemory(LastMember!, request))
            Segmentation++;
        LastMember!.NextInChain = request;
        LastMember = request;
        request.NextInChain = null;
        Whole = Extent.Between(Whole.Offset, Math.Max(Whole.End, request.Extent.End));
        Count(request);
    }

    /// <summary>Adds a member that starts at or before the first one's start.</summary>
    internal void AddFront(IoRequest request)
    {
        if (!ContinuesInMemory(request, FirstMember!))
            Segmentation++;
        request.NextInChain = FirstMember;
        FirstMember = request;
        Whole = Extent.Between(request.Extent.Offset, Math.Max(Whole.End, request.Extent.End));
        Count(request);
    }

    /// <summary>The members are complete: settles memory and lock.</summary>
    internal void Seal()
    {
        Extent = Whole;
        Lock.End = Whole.End;
        Lock.Members = MemberCount;
        Lock.LockEnd = Math.Max(Lock.LockEnd, Whole.End);
        Lock.IsChange = Kind.Changes();
        _firstSegment = 0;
        _segmentCount = 0;
        _completed = 0;
        if (Kind == IoKind.Write || (Kind == IoKind.Read && MembersBringAdjacentMemory()))
            BuildSegments();
    }

    /// <summary>A flush for all of these.</summary>
    internal void BeginFlush(IoRequest flushes)
    {
        IoRequest? others = flushes.NextInChain;
        Begin(flushes);
        flushes.NextInChain = others;
        for (; others is not null; others = others.NextInChain)
        {
            LastMember = others;
            MemberCount++;
        }
    }

    /// <summary>Shrinks to what a short transfer left over.</summary>
    internal void ContinueRemainder()
    {
        long transferred = Extent.Length - (Whole.Length - Done);
        Extent = Extent.Between(Whole.Offset + Done, Whole.End);
        while (_segmentCount > 0 && transferred > 0)
        {
            ref IoSegment first = ref _segments[_firstSegment];
            if (transferred < first.Length)
            {
                first = new IoSegment(first.Address + (nint)transferred, first.Length - (nint)transferred);
                break;
            }
            transferred -= first.Length;
            _firstSegment++;
            _segmentCount--;
        }
        _completed = 0;
    }

    /// <inheritdoc/>
    public override Errno RequireSegments()
    {
        if (_segmentCount > 0 || Kind != IoKind.Read)
            return Errno.None;
        if (_memory == 0)
            _memory = _elevator.Buffers.Rent(Whole.Length);
        if (_memory == 0)
            return Errno.ENOMEM;
        _firstSegment = 0;
        _segmentCount = 1;
        _segments[0] = new IoSegment(_memory + (nint)Done, (nint)Extent.Length);
        return Errno.None;
    }

    /// <inheritdoc/>
    public override void Complete(Errno error, long result)
    {
        if (!TryClose())
            return;
        Finish(error, result);
    }

    /// <inheritdoc/>
    public override void CompleteWithLoan(nint address, long length)
    {
        if (!TryClose())
            return;
        length = Math.Clamp(length, 0, Extent.Length);
        if (Done == 0 && IsWhole(length, length))
        {
            Done = length;
            Error = Errno.None;
            TellMembers(address, leadBytes: 0);
            EndTelling();
            _elevator.OperationCompleted(this);
            return;
        }
        // The lender promised to keep the memory until this call returns and no longer: what must be continued is
        // copied.
        Errno error = RequireSegments();
        if (error.IsSuccess)
            Buffer.MemoryCopy((void*)address, (void*)(_memory + (nint)Done), length, length);
        Finish(error, error.IsSuccess ? length : 0);
    }

    /// <summary>
    /// Ends an operation whose Submit threw, if the backend had not completed it before. A backend that throws breaks
    /// its contract; this keeps the callers from waiting for ever.
    /// </summary>
    internal void CompleteAfterThrow()
    {
        if (Interlocked.Exchange(ref _completed, 1) == 0)
            Finish(Errno.EIO, 0);
    }

    /// <summary>Ends an operation that was to be submitted and will not be.</summary>
    internal void GiveUp(Errno error) => Error = error;

    /// <summary>Gives back the memory. Only when nobody reads it any more.</summary>
    internal void ReleaseMemory()
    {
        if (_memory != 0)
            _elevator.Buffers.Return(_memory, Whole.Length);
        _memory = 0;
        _segmentCount = 0;
        FirstMember = LastMember = null;
    }

    private void Count(IoRequest request)
    {
        MemberCount++;
        MemberBytes += request.Weight64;
        Lock.Sequence = Math.Min(Lock.Sequence, request.Sequence);
        Lock.Offset = Math.Min(Lock.Offset, request.Offset);
        Lock.LockEnd = Math.Max(Lock.LockEnd, request.LockEnd);
    }

    private bool TryClose()
    {
        if (Interlocked.Exchange(ref _completed, 1) == 0)
            return true;
        _elevator.ReportMisuse("A backend completed an operation twice.");
        return false;
    }

    private void Finish(Errno error, long result)
    {
        Error = error;
        if (Kind.IsTransfer())
        {
            long progress = Math.Clamp(result, 0, Extent.Length);
            Done += progress;
            if (error.IsSuccess && progress == 0 && Kind == IoKind.Write)
                Error = Errno.EIO;
        }
        else
        {
            Done = result;
        }
        // Whether a flush may be called a success is not for its own outcome alone to say (see FlushTracker.Failure).
        if (Error.IsSuccess && Kind != IoKind.Flush && IsWhole(Done, result))
        {
            TellMembers(_memory, NativeBufferPool.LeadBytes);
            EndTelling();
        }
        _elevator.OperationCompleted(this);
    }

    /// <summary>
    /// Inside a turn the series goes on with the next operation, and the turn ends it; elsewhere it ends here. What was
    /// told is kept until then: by the lock of this operation's bytes, and by its memory.
    /// </summary>
    private void EndTelling()
    {
        if (Turn.ActiveFor(_elevator) is { } turn)
            turn.Told();
        else
            _elevator.EndTelling();
    }

    /// <summary>True when nothing is left to transfer: all bytes are there, or the end of the store was met.</summary>
    private bool IsWhole(long done, long progress)
    {
        if (!Kind.IsTransfer() || done >= Whole.Length)
            return true;
        return Kind == IoKind.Read && (progress <= 0 || Whole.Offset + done >= _elevator.Backend.Size);
    }

    /// <summary>
    /// Who is told may send again at once, and be taken in before this operation lands: what it was like is noted
    /// before.
    /// </summary>
    private void NoteEnd()
    {
        MembersTold = true;
        OutstandingAtEnd = _elevator.AdmittedNow;
        if (Turn.ActiveFor(_elevator) is null)
            CompletedAtNs = _elevator.NowNs();
        Lock.IsOver = true;
    }

    /// <summary>
    /// Tells the members in ascending order. What lies before the first serves as its lead; what lies before another
    /// does only if nobody gathers answers, as then the one before has fetched his bytes.
    /// </summary>
    private void TellMembers(nint memory, int leadBytes)
    {
        NoteEnd();
        bool gathers = _elevator.OutcomesTold is not null;
        for (IoRequest? member = FirstMember; member is not null;)
        {
            // From the call on the member is its caller's again.
            IoRequest? next = member.NextInChain;
            long offset = member.Extent.Offset - Whole.Offset;
            switch (Kind)
            {
                case IoKind.Read:
                    member.DataLeadBytes = member.Buffer == 0 && (member == FirstMember || !gathers) ? leadBytes : 0;
                    TellReader(member, offset, Math.Clamp(Done - offset, 0, member.Extent.Length), memory);
                    break;
                case IoKind.Write:
                    _elevator.Tell(member, Errno.None, member.Extent.Length, 0);
                    break;
                default:
                    _elevator.Tell(member, Errno.None, Done, 0);
                    break;
            }
            member = next;
        }
    }

    private void TellReader(IoRequest member, long offset, long length, nint memory)
    {
        nint data = member.Buffer;
        if (data == 0)
            data = memory + (nint)offset;
        else if (memory != 0 && length > 0)
            Buffer.MemoryCopy((void*)(memory + (nint)offset), (void*)data, member.Extent.Length, length);
        _elevator.Tell(member, Errno.None, length, data);
    }

    private bool MembersBringAdjacentMemory()
    {
        long end = Whole.Offset;
        for (IoRequest? member = FirstMember; member is not null; member = member.NextInChain)
        {
            if (member.Buffer == 0 || member.Extent.Offset != end)
                return false;
            end = member.Extent.End;
        }
        return true;
    }

    private void BuildSegments()
    {
        if (_segments.Length < Segmentation)
            _segments = GC.AllocateUninitializedArray<IoSegment>(Math.Max(Segmentation, 256), pinned: true);
        int count = 0;
        for (IoRequest? member = FirstMember; member is not null; member = member.NextInChain)
        {
            nint length = (nint)member.Extent.Length;
            ref IoSegment last = ref _segments[Math.Max(count - 1, 0)];
            if (count > 0 && last.Address + last.Length == member.Buffer)
                last = new IoSegment(last.Address, last.Length + length);
            else
                _segments[count++] = new IoSegment(member.Buffer, length);
        }
        Debug.Assert(count <= Segmentation, "Segments were counted while merging.");
        _segmentCount = count;
    }

    /// <summary>True when both need one segment only, in this order.</summary>
    internal static bool ContinuesInMemory(IoRequest earlier, IoRequest later) =>
        earlier.Buffer + (nint)earlier.Extent.Length == later.Buffer
        || (earlier.Buffer == 0 && later.Buffer == 0);
}
