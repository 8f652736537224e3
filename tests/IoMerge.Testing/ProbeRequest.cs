using System.Runtime.InteropServices;
using IoMerge.Backends;
using IoMerge.Scheduler;

namespace IoMerge.Testing;

/// <summary>A request that remembers how it ended, how often, and which bytes it was given.</summary>
public sealed unsafe class ProbeRequest : IoRequest, IDisposable
{
    [ThreadStatic]
    private static List<(ProbeRequest Request, nint Data)>? t_gathered;

    private readonly Action<ProbeRequest>? _onCompleted;
    private bool _gathers;
    private bool _fetches;
    private nint _memory;

    private ProbeRequest(Action<ProbeRequest>? onCompleted) => _onCompleted = onCompleted;

    /// <summary>How often OnCompleted was called; 1 in the end.</summary>
    public int Completions { get; private set; }

    public Errno Error { get; private set; }

    public long Result { get; private set; }

    /// <summary>The bytes a read was given, copied while they were valid.</summary>
    public byte[] Data { get; private set; } = [];

    /// <summary>The bytes before its data that a read was allowed to overwrite, and did.</summary>
    public int LeadGiven { get; private set; }

    public bool IsCompleted => Completions > 0;

    /// <summary>What a write was given to write.</summary>
    public byte[] WrittenBytes { get; private set; } = [];

    /// <summary>A read that takes the scheduler's memory, or brings its own.</summary>
    public static ProbeRequest Read(
        long offset, int length, bool ownMemory = false, ulong id = 0, Action<ProbeRequest>? onCompleted = null)
    {
        var request = new ProbeRequest(onCompleted);
        if (ownMemory && length > 0)
            request._memory = (nint)NativeMemory.AllocZeroed((nuint)length);
        request.Prepare(IoKind.Read, new Extent(offset, length), request._memory, id: id);
        return request;
    }

    /// <summary>A write of those bytes.</summary>
    public static ProbeRequest Write(
        long offset, ReadOnlySpan<byte> bytes, IoFlags flags = IoFlags.None, ulong id = 0,
        Action<ProbeRequest>? onCompleted = null)
    {
        var request = new ProbeRequest(onCompleted);
        if (bytes.Length > 0)
            request._memory = (nint)NativeMemory.Alloc((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>((void*)request._memory, bytes.Length));
        request.WrittenBytes = bytes.ToArray();
        request.Prepare(IoKind.Write, new Extent(offset, bytes.Length), request._memory, flags, id);
        return request;
    }

    /// <summary>A write of one byte value, repeated.</summary>
    public static ProbeRequest Fill(long offset, int length, byte value, IoFlags flags = IoFlags.None, ulong id = 0)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return Write(offset, bytes, flags, id);
    }

    /// <summary>Anything without memory.</summary>
    public static ProbeRequest Of(
        IoKind kind, long offset = 0, long length = 0, ulong id = 0, Action<ProbeRequest>? onCompleted = null)
    {
        var request = new ProbeRequest(onCompleted);
        request.Prepare(kind, new Extent(offset, length), id: id);
        return request;
    }

    /// <summary>
    /// Makes the requests of a scheduler do what a server may that gathers its answers: they put their headers before
    /// their data when they are told, and fetch the data, and find their headers, only when all have been told.
    /// </summary>
    public static void GatherFor(IoScheduler scheduler) => scheduler.OutcomesTold = Fetch;

    /// <summary>Says that this request belongs to a scheduler that <see cref="GatherFor"/> was called for.</summary>
    public ProbeRequest Gathering()
    {
        _gathers = true;
        return this;
    }

    /// <summary>Makes a read take its bytes from a file, where the store lends one.</summary>
    public ProbeRequest Fetching()
    {
        _fetches = true;
        return this;
    }

    /// <summary>Where in which file a read was told to fetch its bytes; null when it got them in memory.</summary>
    public (int Descriptor, long Offset)? FileLoan { get; private set; }

    /// <summary>Tells it once more what it was told, as a scheduler must never do. For anything but reads.</summary>
    public void TellAgain() => OnCompleted(Error, Result, 0);

    /// <summary>What a request's header was overwritten with before it was fetched; null when it never was.</summary>
    public string? SpoiledHeader { get; private set; }

    public static ProbeRequest Flush(ulong id = 0) => Of(IoKind.Flush, id: id);

    public void Dispose()
    {
        NativeMemory.Free((void*)_memory);
        _memory = 0;
    }

    protected override void OnCompleted(Errno error, long result, nint data)
    {
        Completions++;
        Error = error;
        Result = result;
        if (_gathers && Kind == IoKind.Read && error.IsSuccess && result > 0)
        {
            LeadGiven = DataLeadBytes;
            if (LeadGiven > 0)
                *(long*)(data - sizeof(long)) = Header;
            (t_gathered ??= []).Add((this, data));
        }
        else if (Kind == IoKind.Read && error.IsSuccess && result > 0)
        {
            Data = new Span<byte>((void*)data, checked((int)result)).ToArray();
            // Whoever is told after this one must not see it.
            LeadGiven = DataLeadBytes;
            new Span<byte>((void*)(data - LeadGiven), LeadGiven).Fill(0xEE);
        }
        _onCompleted?.Invoke(this);
    }

    protected override bool AcceptsFileLoan => _fetches;

    protected override void OnCompletedWithFileLoan(int descriptor, long offset)
    {
        Completions++;
        FileLoan = (descriptor, offset);
        Result = Extent.Length;
        _onCompleted?.Invoke(this);
    }

    private long Header => Extent.Offset * 31 + System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    private static void Fetch()
    {
        foreach ((ProbeRequest request, nint data) in t_gathered ?? [])
        {
            request.Data = new Span<byte>((void*)data, checked((int)request.Result)).ToArray();
            if (request.LeadGiven > 0 && *(long*)(data - sizeof(long)) != request.Header)
                request.SpoiledHeader = $"{request.Extent}: {*(long*)(data - sizeof(long)):x}";
        }
        t_gathered?.Clear();
    }
}
