using IoMerge.Backends;

namespace IoMerge.Benchmarks;

/// <summary>A store that completes at once and moves no byte: what is measured is the elevator.</summary>
internal sealed class InlineStore : IBackend
{
    public BackendGeometry Geometry { get; } = new() { CompletesInline = true };

    public long Size => long.MaxValue / 2;

    public void Submit(BackendIo io) => io.Complete(Errno.None, io.Extent.Length);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>
/// A store that keeps operations until it is told to complete them: what waits meanwhile is the queue.
/// </summary>
internal sealed class HoldingStore : IBackend
{
    private BackendIo? _held;

    public BackendGeometry Geometry { get; } = new();

    public long Size => long.MaxValue / 2;

    /// <summary>True when operations complete at once again.</summary>
    internal bool IsOpen { get; set; } = true;

    public void Submit(BackendIo io)
    {
        if (IsOpen)
            io.Complete(Errno.None, io.Extent.Length);
        else
            _held = io;
    }

    /// <summary>Completes the operation that was kept; the queue behind it follows.</summary>
    internal void Open()
    {
        IsOpen = true;
        BackendIo? held = _held;
        _held = null;
        held?.Complete(Errno.None, held.Extent.Length);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
