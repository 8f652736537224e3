namespace IoMerge.Traces.Tests.Support;

/// <summary>A file on a disk that becomes full: takes the first bytes, and fails in the middle of a write.</summary>
internal sealed class BoundedStream(int capacity) : MemoryStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int room = (int)Math.Min(buffer.Length, capacity - Length);
        base.Write(buffer[..room]);
        if (room < buffer.Length)
            throw new IOException("No space left on device.");
    }
}
