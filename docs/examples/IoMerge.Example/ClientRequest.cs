using IoMerge.Backends;
using IoMerge.Scheduler;

namespace IoMerge.Example;

// <request>
/// <summary>One client's request: reused for every I/O of that client, so nothing is allocated on the way.</summary>
internal sealed unsafe class ClientRequest(nint memory, int length, Action<ClientRequest> answered) : IoRequest
{
    private byte _value;

    /// <summary>How the last request went.</summary>
    public Errno Error { get; private set; }

    /// <summary>Whether every byte that was read has the client's value.</summary>
    public bool BytesAreRight { get; private set; }

    public void Write(long offset, byte value)
    {
        new Span<byte>((void*)memory, length).Fill(value);
        _value = value;
        Prepare(IoKind.Write, new Extent(offset, length), memory);
    }

    public void Read(long offset, byte value)
    {
        _value = value;
        // No memory of its own: it gets a pointer into the store's or the scheduler's memory.
        Prepare(IoKind.Read, new Extent(offset, length));
    }

    protected override void OnCompleted(Errno error, long result, nint data)
    {
        // The bytes at data are valid during this call only: a real server sends them from here.
        Error = error;
        BytesAreRight = error.IsSuccess && (Kind != IoKind.Read
            || (result == length && !new ReadOnlySpan<byte>((void*)data, length).ContainsAnyExcept(_value)));
        answered(this);
    }
}
// </request>
