using IoMerge.Backends;

namespace IoMerge.Testing;

/// <summary>
/// A store in memory whose operations wait until the test completes them, in the order, with the errors and as short as
/// the test likes. It checks what a backend may rely on: nothing in flight overlaps a change, extents and segments fit.
/// </summary>
public sealed unsafe class StepBackend : IBackend, ICompletionSource
{
    private readonly List<BackendIo> _inFlight = [];
    private readonly List<(bool IsChange, Extent Extent)> _held = [];
    private byte[] _bytes;
    private int _batchStart;

    /// <summary>A store of that many zeros.</summary>
    public StepBackend(int size, BackendGeometry? geometry = null)
    {
        _bytes = new byte[size];
        Geometry = geometry ?? new BackendGeometry { CanZero = true, CanDiscard = true };
    }

    public BackendGeometry Geometry { get; }

    public long Size
    {
        get
        {
            OnSize?.Invoke();
            return _bytes.Length;
        }
    }

    /// <summary>The bytes as they are now.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Operations that wait to be completed, in the order of their arrival.</summary>
    public IReadOnlyList<BackendIo> InFlight => _inFlight;

    /// <summary>Everything that arrived so far: kind, extent, members.</summary>
    public List<(IoKind Kind, Extent Extent, int Members, IoFlags Flags)> Log { get; } = [];

    /// <summary>Faults of the caller that were noticed; must stay empty.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>Completes operations at once with this function's word instead of letting them wait.</summary>
    public Func<BackendIo, (Errno Error, long Bytes)>? Immediately { get; set; }

    /// <summary>The memory that was registered.</summary>
    public List<(nint Address, nint Length)> Registered { get; } = [];

    /// <summary>How many operations each batch that has ended held.</summary>
    public List<int> Batches { get; } = [];

    /// <summary>What working completions off does; null while none lie ready.</summary>
    public Action? OnWorkOff { get; set; }

    public ICompletionSource? Completions => this;

    int ICompletionSource.Descriptor => -1;

    bool ICompletionSource.HasCompletions => OnWorkOff is not null;

    public bool IsDisposed { get; private set; }

    /// <summary>What disposal does besides; null for nothing.</summary>
    public Action? OnDispose { get; set; }

    /// <summary>What disposal waits for at its end; null for nothing.</summary>
    public Task? DisposesAfter { get; set; }

    /// <summary>What asking for the size does besides; null for nothing.</summary>
    public Action? OnSize { get; set; }

    public void RegisterMemory(nint address, nint length) => Registered.Add((address, length));

    public void BeginBatch() => _batchStart = Log.Count;

    public void EndBatch() => Batches.Add(Log.Count - _batchStart);

    public void Submit(BackendIo io)
    {
        Log.Add((io.Kind, io.Extent, io.MemberCount, io.Flags));
        Check(io);
        _inFlight.Add(io);
        _held.Add((io.Kind.Changes(), io.Extent));
        if (Immediately is { } decide)
        {
            (Errno error, long bytes) = decide(io);
            Complete(io, error, bytes);
        }
    }

    /// <summary>Does the operation, wholly, and completes it.</summary>
    public void Complete(BackendIo io) => Complete(io, Errno.None, io.Extent.Length);

    /// <summary>Does the first so many bytes of an operation and completes it with an error or short.</summary>
    public void Complete(BackendIo io, Errno error, long bytes)
    {
        Forget(io);
        if (io.Kind == IoKind.Read)
            bytes = Math.Clamp(Size - io.Extent.Offset, 0, bytes);
        Perform(io, error, bytes);
        io.Complete(error, io.Kind.IsTransfer() ? bytes : 0);
    }

    /// <summary>Completes a read by lending a file in which its bytes begin at an offset.</summary>
    public void Lend(BackendIo io, int descriptor, long offset)
    {
        Forget(io);
        io.CompleteWithFileLoan(descriptor, offset);
    }

    /// <summary>A store that lies: writes so many bytes, so many places too far, and reports success for all.</summary>
    public void CompleteFalsely(BackendIo io, long bytes, int shift)
    {
        Forget(io);
        byte[] before = _bytes.ToArray();
        Transfer(io, bytes);
        if (shift > 0)
        {
            int length = (int)Math.Min(bytes, Size - io.Extent.Offset - shift);
            Span<byte> written = _bytes.AsSpan((int)io.Extent.Offset, length);
            byte[] moved = written.ToArray();
            before.CopyTo(_bytes, 0);
            moved.CopyTo(_bytes.AsSpan((int)io.Extent.Offset + shift));
        }
        io.Complete(Errno.None, io.Extent.Length);
    }

    /// <summary>Completes everything that waits and everything that follows from it, in order.</summary>
    public void CompleteAll()
    {
        while (_inFlight.Count > 0)
            Complete(_inFlight[0]);
    }

    void ICompletionSource.WorkOff() => OnWorkOff?.Invoke();

    void ICompletionSource.Adopt() { }

    void ICompletionSource.Release() { }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        OnDispose?.Invoke();
        return DisposesAfter is null ? ValueTask.CompletedTask : new ValueTask(DisposesAfter);
    }

    private void Forget(BackendIo io)
    {
        int index = _inFlight.IndexOf(io);
        _inFlight.RemoveAt(index);
        _held.RemoveAt(index);
    }

    private void Perform(BackendIo io, Errno error, long bytes)
    {
        switch (io.Kind)
        {
            case IoKind.Read or IoKind.Write:
                Transfer(io, bytes);
                break;
            case IoKind.Zero when error.IsSuccess:
                if (io.Extent.End > Size)
                    Array.Resize(ref _bytes, (int)io.Extent.End);
                _bytes.AsSpan((int)io.Extent.Offset, (int)io.Extent.Length).Clear();
                break;
            case IoKind.Resize when error.IsSuccess:
                Array.Resize(ref _bytes, (int)io.Extent.Offset);
                break;
        }
    }

    private void Transfer(BackendIo io, long bytes)
    {
        if (io.Kind == IoKind.Write && bytes > 0 && io.Extent.Offset + bytes > Size)
            Array.Resize(ref _bytes, (int)(io.Extent.Offset + bytes));
        if (io.Kind == IoKind.Read)
            io.RequireSegments();
        long offset = io.Extent.Offset;
        foreach (IoSegment segment in io.Segments)
        {
            long length = Math.Min(segment.Length, bytes);
            if (length <= 0)
                return;
            var memory = new Span<byte>((void*)segment.Address, (int)length);
            if (io.Kind == IoKind.Read)
                _bytes.AsSpan((int)offset, (int)length).CopyTo(memory);
            else
                memory.CopyTo(_bytes.AsSpan((int)offset));
            offset += length;
            bytes -= length;
        }
    }

    private void Check(BackendIo io)
    {
        bool changes = io.Kind.Changes();
        foreach ((bool isChange, Extent held) in _held)
        {
            if ((changes || isChange) && Widen(held).Overlaps(Widen(io.Extent)))
                Violations.Add($"{io.Kind} {io.Extent} meets {held} in flight.");
        }
        if (!io.Segments.IsEmpty)
        {
            long sum = 0;
            foreach (IoSegment segment in io.Segments)
                sum += segment.Length;
            if (sum != io.Extent.Length)
                Violations.Add($"{io.Kind} {io.Extent} brings {sum} bytes of memory.");
            if (io.Segments.Length > Geometry.MaxSegments)
                Violations.Add($"{io.Kind} {io.Extent} brings {io.Segments.Length} segments.");
        }
        if (io.Kind == IoKind.Write && io.Segments.IsEmpty)
            Violations.Add($"Write {io.Extent} brings no memory.");
    }

    private Extent Widen(Extent extent) => extent.AlignOutward(Geometry.BlockSize);
}
