namespace IoMerge.Backends.Nbd.Tests.Tls;

/// <summary>A stream that counts who writes at the same time, and can keep a writer inside.</summary>
internal sealed class WatchedStream(Stream inner) : Stream
{
    private readonly ManualResetEventSlim _open = new(true);
    private readonly ManualResetEventSlim _entered = new(false);
    private int _inside;
    private int _most;
    private int _writes;

    /// <summary>Most writers that were inside at a time.</summary>
    internal int MostWriters => Volatile.Read(ref _most);

    /// <summary>How many writes began.</summary>
    internal int Writes => Volatile.Read(ref _writes);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>From now on writers stay inside.</summary>
    internal void Hold()
    {
        _entered.Reset();
        _open.Reset();
    }

    /// <summary>Lets them out.</summary>
    internal void Release() => _open.Set();

    /// <summary>Waits until a writer is held.</summary>
    internal bool WaitForWriter(TimeSpan limit) => _entered.Wait(limit);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count)
    {
        int inside = Interlocked.Increment(ref _inside);
        Interlocked.Increment(ref _writes);
        if (inside > Volatile.Read(ref _most))
            Volatile.Write(ref _most, inside);
        _entered.Set();
        _open.Wait();
        try
        {
            inner.Write(buffer, offset, count);
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
