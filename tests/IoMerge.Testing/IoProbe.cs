using IoMerge.Backends;
using Microsoft.Win32.SafeHandles;

namespace IoMerge.Testing;

/// <summary>One operation that a test gives to a backend, and what became of it.</summary>
public sealed class IoProbe : BackendIo, IDisposable
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IoMemory? _memory;
    private readonly bool _acceptsLoan;
    private bool _hasSegments;
    private int _completions;

    private IoProbe(
        IoKind kind, Extent extent, IoFlags flags, IoMemory? memory, bool acceptsLoan = false, int members = 1)
    {
        Kind = kind;
        Extent = extent;
        Flags = flags;
        MemberCount = members;
        _memory = memory;
        _acceptsLoan = acceptsLoan;
        _hasSegments = !acceptsLoan;
    }

    /// <summary>What the backend said.</summary>
    public Errno Error { get; private set; }

    /// <summary>Bytes transferred, or the offset found.</summary>
    public long Result { get; private set; }

    /// <summary>The bytes of a read.</summary>
    public byte[] Data { get; private set; } = [];

    /// <summary>How often the backend completed it; must be 1.</summary>
    public int Completions => Volatile.Read(ref _completions);

    /// <summary>True when a read was answered by a loan.</summary>
    public bool WasLent { get; private set; }

    /// <summary>True to let a read that accepts a loan fetch its bytes from a file, too.</summary>
    public bool TakesFiles { get; init; }

    /// <summary>Makes <see cref="RequireSegments"/> fail.</summary>
    public bool HasNoMemory { get; init; }

    /// <summary>
    /// False when a read's memory was written to after its completion. Asked once nothing can come any more.
    /// </summary>
    public bool IsStillWhatItWas => _memory is null || Kind != IoKind.Read || WasLent
        || _memory.ToArray(Result).AsSpan().SequenceEqual(Data);

    public override ReadOnlySpan<IoSegment> Segments => _memory is null || !_hasSegments ? [] : _memory.Segments;

    public override bool AcceptsLoan => _acceptsLoan && !_hasSegments;

    public override bool AcceptsFileLoan => TakesFiles && AcceptsLoan;

    public static IoProbe Read(
        long offset, IReadOnlyList<int> lengths, int misalignment = 0, bool acceptsLoan = false,
        bool hasNoMemory = false)
    {
        IoMemory memory = new(lengths, misalignment);
        return new IoProbe(IoKind.Read, new Extent(offset, lengths.Sum()), IoFlags.None, memory, acceptsLoan)
        {
            HasNoMemory = hasNoMemory,
        };
    }

    public static IoProbe Read(long offset, int length) => Read(offset, [length]);

    public static IoProbe Write(
        long offset, byte[] data, IReadOnlyList<int>? lengths = null, int misalignment = 0,
        IoFlags flags = IoFlags.None, int members = 1)
    {
        IoMemory memory = new(lengths ?? [data.Length], misalignment);
        memory.Fill(data);
        return new IoProbe(IoKind.Write, new Extent(offset, data.Length), flags, memory, members: members);
    }

    public static IoProbe Flush() => new(IoKind.Flush, default, IoFlags.None, null);

    public static IoProbe Of(IoKind kind, long offset, long length = 0, IoFlags flags = IoFlags.None) =>
        new(kind, new Extent(offset, length), flags, null);

    public override Errno RequireSegments()
    {
        if (HasNoMemory)
            return Errno.ENOMEM;
        _hasSegments = true;
        return Errno.None;
    }

    public override void Complete(Errno error, long result)
    {
        Error = error;
        Result = result;
        if (Kind == IoKind.Read && _memory is not null)
            Data = _memory.ToArray(result);
        Finish();
    }

    public override unsafe void CompleteWithLoan(nint address, long length)
    {
        if (!AcceptsLoan)
            throw new InvalidOperationException("A loan was given to an operation that takes none.");
        WasLent = true;
        Result = length;
        Data = new ReadOnlySpan<byte>((void*)address, (int)length).ToArray();
        Finish();
    }

    /// <summary>A read that may fetch its bytes from a file.</summary>
    public static IoProbe ReadFromFile(long offset, int length) =>
        new(IoKind.Read, new Extent(offset, length), IoFlags.None, new IoMemory([length], 0), acceptsLoan: true)
        {
            TakesFiles = true,
        };

    public override void CompleteWithFileLoan(int descriptor, long offset)
    {
        if (!AcceptsFileLoan)
            throw new InvalidOperationException("A file was lent to an operation that takes none.");
        WasLent = true;
        Data = new byte[Extent.Length];
        using SafeFileHandle file = new(descriptor, ownsHandle: false);
        Result = RandomAccess.Read(file, Data, offset);
        Finish();
    }

    /// <summary>Submits it and waits for its end.</summary>
    public async Task<IoProbe> RunAsync(IBackend backend)
    {
        backend.Submit(this);
        await Ended().ConfigureAwait(false);
        return this;
    }

    /// <summary>
    /// Waits for its end; throws when it does not come within a minute or memory beside its own was changed.
    /// </summary>
    public async Task Ended()
    {
        await _completion.Task.WaitAsync(Hang).ConfigureAwait(false);
        if (_memory is { AreGuardsIntact: false })
            throw new InvalidOperationException($"{Kind} {Extent} changed memory beside its segments.");
    }

    public void Dispose() => _memory?.Dispose();

    private void Finish()
    {
        if (Interlocked.Increment(ref _completions) != 1)
            throw new InvalidOperationException($"{Kind} {Extent} was completed twice.");
        _completion.SetResult();
    }
}
