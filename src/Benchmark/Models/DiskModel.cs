namespace IoMerge.Benchmark.Models;

/// <summary>
/// A spinning disk: one arm, which seeks, waits until the first byte comes by, and transfers. Where the platter stands
/// is a function of virtual time, so that who comes a little late waits a whole turn. Writes go to the platter (no
/// write cache).
/// </summary>
/// <remarks>
/// Tracks follow each other without a break: they are skewed so that a transfer goes on into the next one. Bytes are at
/// the angle (offset mod track) / track. Chosen is by the shortest time until the first byte (SATF), the older of two
/// equals. After a read the drive goes on reading ahead until something else is asked for; the read that continues it
/// is over when the head is past its last byte, whenever it was asked for. A drive whose buffer has run full is
/// assumed to go on without waiting for a turn.
/// </remarks>
public sealed class DiskModel : IDeviceModel
{
    private readonly DiskParameters _parameters;
    private readonly double _trackBytes;
    private readonly double _tracks;
    private readonly double _turnNs;
    private readonly double _byteNs;
    private readonly long _commandNs;
    private readonly OperationRing _waiting = new();
    private bool _isBusy;
    private int _servedId;
    private long _headTrack;
    private long _aheadOffset = -1;
    private double _aheadNs;

    /// <summary>A disk whose arm rests on the first track and whose platter is at its beginning at time 0.</summary>
    public DiskModel(DiskParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        _trackBytes = parameters.TrackBytes.Bytes;
        _tracks = Math.Max(1, parameters.Capacity.Bytes / _trackBytes);
        _turnNs = 60e9 / parameters.Rpm;
        _byteNs = _turnNs / _trackBytes;
        _commandNs = Units.UsToNs(parameters.CommandUs);
    }

    /// <inheritdoc/>
    public long Capacity => _parameters.Capacity;

    /// <inheritdoc/>
    public long NextCompletionNs { get; private set; } = long.MaxValue;

    /// <inheritdoc/>
    public void Submit(in DeviceOperation operation, long nowNs)
    {
        if (_isBusy)
            _waiting.Add(operation);
        else
            Serve(operation, nowNs);
    }

    /// <inheritdoc/>
    public int TakeCompleted()
    {
        int completed = _servedId;
        long nowNs = NextCompletionNs;
        _isBusy = false;
        NextCompletionNs = long.MaxValue;
        if (_waiting.Count > 0)
        {
            DeviceOperation operation = _waiting.Take(Choose(nowNs));
            Serve(operation, nowNs);
        }
        return completed;
    }

    /// <summary>The time of a seek over so many tracks, in nanoseconds; 0 for none.</summary>
    public double SeekNs(long tracks)
    {
        if (tracks == 0)
            return 0;
        double third = _tracks / 3;
        double ms = tracks <= third
            ? _parameters.MinSeekMs
                + (_parameters.AverageSeekMs - _parameters.MinSeekMs) * Math.Sqrt(tracks / third)
            : _parameters.AverageSeekMs
                + (_parameters.MaxSeekMs - _parameters.AverageSeekMs) * (tracks - third) / (_tracks - third);
        return ms * 1e6;
    }

    private void Serve(in DeviceOperation operation, long nowNs)
    {
        _isBusy = true;
        _servedId = operation.Id;
        double startNs = nowNs + _commandNs;
        if (operation.Work == DeviceWork.Command)
        {
            NextCompletionNs = (long)Math.Ceiling(startNs);
            return;
        }
        double transferNs = operation.Length * _byteNs;
        if (IsReadAhead(operation))
        {
            // The head has been past it since then, but no farther than the buffer reaches.
            _aheadNs = Math.Max(_aheadNs, startNs - _parameters.ReadAhead.Bytes * _byteNs) + transferNs;
        }
        else
        {
            _aheadNs = FirstByteNs(operation, startNs) + transferNs;
        }
        double endNs = Math.Max(startNs, _aheadNs);
        _aheadOffset = operation.Work == DeviceWork.Read ? operation.Offset + operation.Length : -1;
        _headTrack = TrackOf(operation.Offset + operation.Length - 1);
        NextCompletionNs = (long)Math.Ceiling(endNs);
    }

    private bool IsReadAhead(in DeviceOperation operation) => operation.Work == DeviceWork.Read
        && operation.Offset == _aheadOffset && operation.Length <= _parameters.ReadAhead;

    private int Choose(long nowNs)
    {
        int best = 0;
        double bestNs = double.MaxValue;
        for (int i = 0; i < _waiting.Count && i < _parameters.Queue; i++)
        {
            ref readonly DeviceOperation operation = ref _waiting[i];
            double atNs = operation.Work == DeviceWork.Command || IsReadAhead(operation)
                ? nowNs
                : FirstByteNs(operation, nowNs + _commandNs);
            if (atNs < bestNs)
                (best, bestNs) = (i, atNs);
        }
        return best;
    }

    private double FirstByteNs(in DeviceOperation operation, double startNs)
    {
        double arrivedNs = startNs + SeekNs(Math.Abs(TrackOf(operation.Offset) - _headTrack));
        double wanted = operation.Offset % _trackBytes * _byteNs;
        double standing = arrivedNs % _turnNs;
        return arrivedNs + (wanted >= standing ? wanted - standing : wanted - standing + _turnNs);
    }

    private long TrackOf(long offset) => (long)(offset / _trackBytes);
}
