using IoMerge.Backends;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Replay;

/// <summary>
/// Where a volume of a trace lies on the devices of a replay: on a device of its own, or in an equal share of one that
/// all have in common. What lies beyond the end of its place comes in again at the beginning.
/// </summary>
internal sealed class VolumeLayout
{
    // Shares begin and end at a multiple of it, so that what was aligned stays aligned.
    private const long Alignment = 1 << 20;

    private readonly bool _isShared;
    private readonly long _share;
    private long _records;

    /// <summary>A layout of so many volumes on devices of a size.</summary>
    /// <exception cref="InvalidDataException">They do not fit.</exception>
    internal VolumeLayout(int volumes, bool shared, long deviceSize)
    {
        _isShared = shared;
        _share = shared ? deviceSize / volumes : deviceSize;
        if (_share > Alignment)
            _share -= _share % Alignment;
        if (_share == 0)
            throw new InvalidDataException($"A store of {deviceSize} bytes has no room for {volumes} volumes.");
        Lanes = shared ? 1 : volumes;
    }

    /// <summary>Number of devices.</summary>
    internal int Lanes { get; }

    /// <summary>Records so far that lay beyond their place and were put elsewhere.</summary>
    internal long Wrapped { get; private set; }

    /// <summary>The device of a volume.</summary>
    internal int LaneOf(int volume) => _isShared ? 0 : volume;

    /// <summary>Where a record lies on its device.</summary>
    /// <exception cref="InvalidDataException">It is longer than its place.</exception>
    internal Extent Place(in TraceRecord record)
    {
        _records++;
        long length = record.Length;
        if (length > _share)
        {
            throw new InvalidDataException($"Record {_records} of the trace is {length} bytes long, and its volume has "
                + $"{_share} bytes on the device. Give it more: --model KIND:capacity=SIZE, or a larger store.");
        }
        long offset = record.Offset;
        if (offset > _share - length)
        {
            Wrapped++;
            offset = Math.Min(offset % _share, _share - length);
        }
        return new Extent(_isShared ? record.Volume * _share + offset : offset, length);
    }
}
