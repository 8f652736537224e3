namespace IoMerge.Benchmark.Models;

/// <summary>
/// A device that serves in order of submission, so that the end of an operation is known when it begins: nothing that
/// comes later can change it.
/// </summary>
public abstract class ForecastModel : IDeviceModel
{
    private readonly CompletionQueue _completions = new();

    /// <inheritdoc/>
    public abstract long Capacity { get; }

    /// <inheritdoc/>
    public long NextCompletionNs => _completions.NextNs;

    /// <inheritdoc/>
    public void Submit(in DeviceOperation operation, long nowNs) =>
        _completions.Add(Forecast(operation, nowNs), operation.Id);

    /// <inheritdoc/>
    public int TakeCompleted() => _completions.Take();

    /// <summary>When the operation will complete; takes note of what it uses up.</summary>
    protected abstract long Forecast(in DeviceOperation operation, long nowNs);
}
