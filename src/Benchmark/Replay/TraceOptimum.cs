using IoMerge.Backends;
using IoMerge.Benchmark.Optimum;
using IoMerge.Scheduler;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Replay;

/// <summary>
/// The offline optimum for the arrivals of a trace: one for each device, summed. Told of records one by one, in bounded
/// memory. Not thread-safe.
/// </summary>
public sealed class TraceOptimum
{
    private readonly VolumeLayout _layout;
    private readonly OfflineOptimum[] _optima;
    private readonly CallerTable _callers = new();

    /// <summary>An optimum without arrivals.</summary>
    /// <param name="volumes">Volumes of the trace.</param>
    /// <param name="deviceSize">Size of a device, which decides where volumes lie.</param>
    /// <param name="geometry">What the store allows.</param>
    /// <param name="scheduler">The limits to keep.</param>
    /// <param name="options">How requests are sent.</param>
    /// <exception cref="InvalidDataException">The volumes do not fit on the device.</exception>
    public TraceOptimum(
        int volumes, long deviceSize, BackendGeometry geometry, SchedulerOptions scheduler, ReplayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _layout = new VolumeLayout(volumes, options.SharedDevice, deviceSize);
        OptimumLimits limits = OptimumLimits.Of(scheduler, geometry, writesAreScattered: true);
        if (options.ClosedLoopDepth > 0)
            limits = limits with { MaxOutstandingPerCaller = options.ClosedLoopDepth };
        _optima = [.. Enumerable.Range(0, _layout.Lanes).Select(_ => new OfflineOptimum(limits))];
    }

    /// <summary>Takes the next record of the trace.</summary>
    /// <exception cref="InvalidDataException">It does not fit on the device.</exception>
    public void Add(in TraceRecord record)
    {
        Extent place = _layout.Place(record);
        _optima[_layout.LaneOf(record.Volume)].Add(new OptimumArrival(
            record.Kind, record.Flags, place.Offset, place.Length, _callers.IndexOf(record.CallerPid)));
    }

    /// <summary>What was found for all records. To be called once, at the end.</summary>
    public OptimumResult Finish()
    {
        OptimumResult[] results = [.. _optima.Select(optimum => optimum.Finish())];
        return new OptimumResult(results.Sum(result => result.Operations), results.All(result => result.IsExact));
    }
}
