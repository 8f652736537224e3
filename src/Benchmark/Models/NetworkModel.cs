namespace IoMerge.Benchmark.Models;

/// <summary>
/// A store at the other end of a network: an operation waits for a place on a connection, goes over the line (a write
/// with its bytes), is served, and its answer comes back over the line (that of a read with its bytes). Each way
/// carries one message at a time, in order of submission.
/// </summary>
public sealed class NetworkModel : ForecastModel
{
    private readonly NetworkParameters _parameters;
    private readonly CompletionQueue _places = new();
    private readonly int _placeCount;
    private readonly long _halfWayNs;
    private readonly long _serverNs;
    private readonly long _jitterNs;
    private readonly double _bytesPerSecond;
    private ulong _random;
    private int _placesTaken;
    private long _upFreeNs;
    private long _downFreeNs;

    /// <summary>A network without traffic.</summary>
    public NetworkModel(NetworkParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        _placeCount = parameters.Connections * parameters.Depth;
        _halfWayNs = Units.UsToNs(parameters.RttUs / 2);
        _serverNs = Units.UsToNs(parameters.ServerUs);
        _jitterNs = Units.UsToNs(parameters.JitterUs);
        _bytesPerSecond = parameters.Bandwidth.Bytes;
        _random = (ulong)(uint)parameters.Seed * 0x9E3779B97F4A7C15 + 1;
    }

    /// <inheritdoc/>
    public override long Capacity => _parameters.Capacity;

    /// <inheritdoc/>
    protected override long Forecast(in DeviceOperation operation, long nowNs)
    {
        long up = operation.Work == DeviceWork.Write ? operation.Length : 0;
        long down = operation.Work == DeviceWork.Read ? operation.Length : 0;
        long startNs = Math.Max(nowNs, TakePlace());
        _upFreeNs = Math.Max(startNs, _upFreeNs) + Units.TransferNs(up, _bytesPerSecond);
        long servedNs = _upFreeNs + _halfWayNs + _serverNs;
        _downFreeNs = Math.Max(servedNs, _downFreeNs) + Units.TransferNs(down, _bytesPerSecond);
        long doneNs = _downFreeNs + _halfWayNs + Jitter();
        _places.Add(doneNs, 0);
        return doneNs;
    }

    /// <summary>When the place that is free first is free.</summary>
    private long TakePlace()
    {
        if (_placesTaken < _placeCount)
        {
            _placesTaken++;
            return 0;
        }
        long freeNs = _places.NextNs;
        _ = _places.Take();
        return freeNs;
    }

    // xorshift64 (Marsaglia, 2003): the same on every machine and in every version of the runtime.
    private long Jitter()
    {
        if (_jitterNs == 0)
            return 0;
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (long)(_random % (ulong)(_jitterNs + 1));
    }
}
