// <backend>
using System.Runtime.InteropServices;
using IoMerge.Backends;

namespace IoMerge.Example;

/// <summary>A store of zeros that forgets what is written: the cheapest thing to measure a scheduler against.</summary>
public sealed unsafe class ZeroBackend(long size) : IBackend
{
    /// <inheritdoc/>
    public BackendGeometry Geometry { get; } = new() { CompletesInline = true };

    /// <inheritdoc/>
    public long Size => size;

    /// <inheritdoc/>
    public void Submit(BackendIo io)
    {
        switch (io.Kind)
        {
            case IoKind.Read:
                Read(io);
                break;
            case IoKind.Write:
                bool fits = io.Extent.End <= size;
                io.Complete(fits ? Errno.None : Errno.ENOSPC, fits ? io.Extent.Length : 0);
                break;
            case IoKind.Flush:
                io.Complete(Errno.None, 0);
                break;
            default:
                io.Complete(Errno.EOPNOTSUPP, 0);
                break;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Read(BackendIo io)
    {
        long available = Math.Clamp(size - io.Extent.Offset, 0, io.Extent.Length);
        Errno error = io.RequireSegments();
        long left = error.IsSuccess ? available : 0;
        foreach (IoSegment segment in io.Segments)
        {
            long length = Math.Min(segment.Length, left);
            NativeMemory.Clear((void*)segment.Address, (nuint)length);
            left -= length;
        }
        io.Complete(error, error.IsSuccess ? available : 0);
    }
}
// </backend>
