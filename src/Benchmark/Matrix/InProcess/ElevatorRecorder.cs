using System.Diagnostics;
using IoMerge.Backends;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// Notes arrivals and operations for a picture, from the moment it is told to until it has enough. Costs one look at a
/// flag while it is off. Any thread.
/// </summary>
internal sealed class ElevatorRecorder
{
    // What can still be told apart on a screen.
    private const int MostArrivals = 600;

    private readonly PictureArrival[] _arrivals = new PictureArrival[MostArrivals];
    private readonly PictureOperation[] _operations = new PictureOperation[MostArrivals];
    private int _arrivalCount;
    private int _operationCount;
    private long _start;
    private volatile bool _isOn;

    /// <summary>True while operations are to be told.</summary>
    internal bool IsOn => _isOn;

    /// <summary>Begins.</summary>
    internal void Begin()
    {
        _arrivalCount = 0;
        _operationCount = 0;
        Array.Clear(_operations);
        _start = Stopwatch.GetTimestamp();
        _isOn = true;
    }

    /// <summary>Ends, and gives what was noted; null when nothing was.</summary>
    internal ElevatorPicture? End()
    {
        _isOn = false;
        PictureArrival[] arrivals = _arrivals[..Math.Min(Volatile.Read(ref _arrivalCount), MostArrivals)];
        if (arrivals.Length == 0)
            return null;
        double last = arrivals.Max(arrival => arrival.AtUs);
        // An operation that was under way when the notes were full belongs to arrivals that are not shown.
        return new ElevatorPicture(
            [.. arrivals.OrderBy(arrival => arrival.AtUs)],
            [.. _operations[..Math.Min(Volatile.Read(ref _operationCount), MostArrivals)]
                .Where(operation => operation.Members > 0 && operation.FromUs <= last)
                .OrderBy(operation => operation.FromUs)]);
    }

    /// <summary>A request came.</summary>
    internal void Arrived(long timestamp, IoKind kind, Extent extent)
    {
        if (!_isOn || !kind.IsTransfer())
            return;
        int at = Interlocked.Increment(ref _arrivalCount) - 1;
        if (at < MostArrivals)
            _arrivals[at] = new PictureArrival(Since(timestamp), extent.Offset, extent.Length, kind == IoKind.Write);
    }

    /// <summary>An operation ended.</summary>
    internal void Ended(long from, IoKind kind, Extent extent, int members)
    {
        if (!_isOn)
            return;
        int at = Interlocked.Increment(ref _operationCount) - 1;
        if (at < MostArrivals)
            _operations[at] = new PictureOperation(Since(from), Since(Stopwatch.GetTimestamp()),
                extent.Offset, extent.Length, kind == IoKind.Write, members);
    }

    private double Since(long timestamp) => Stopwatch.GetElapsedTime(_start, timestamp).TotalMicroseconds;
}
