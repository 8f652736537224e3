namespace IoMerge.Benchmark.Models;

/// <summary>
/// A volume in a cloud: an operation waits until both quotas (operations, bytes) let it go, then takes the time of its
/// bytes and a fixed latency. Operations that were let go run beside each other. Commands cost no quota.
/// </summary>
public sealed class CloudModel : ForecastModel
{
    private readonly CloudParameters _parameters;
    private readonly QuotaBucket _operations;
    private readonly QuotaBucket _bytes;
    private readonly double _bytesPerSecond;
    private readonly long _latencyNs;

    /// <summary>A volume with full credit.</summary>
    public CloudModel(CloudParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        _bytesPerSecond = Math.Max(parameters.Bandwidth, parameters.BurstBandwidth);
        _operations = new QuotaBucket(
            parameters.Iops, Math.Max(parameters.Iops, parameters.BurstIops), parameters.BurstOperations);
        _bytes = new QuotaBucket(parameters.Bandwidth, _bytesPerSecond, parameters.BurstBytes);
        _latencyNs = Units.UsToNs(parameters.LatencyUs);
    }

    /// <inheritdoc/>
    public override long Capacity => _parameters.Capacity;

    /// <inheritdoc/>
    protected override long Forecast(in DeviceOperation operation, long nowNs)
    {
        if (operation.Work == DeviceWork.Command)
            return nowNs + _latencyNs;
        long cost = Math.Max(1, (operation.Length + _parameters.OperationBytes - 1) / _parameters.OperationBytes);
        double goesNs = Math.Max(_operations.Take(nowNs, cost), _bytes.Take(nowNs, operation.Length));
        return (long)Math.Ceiling(goesNs) + Units.TransferNs(operation.Length, _bytesPerSecond) + _latencyNs;
    }
}
