using IoMerge.Backends;
using IoMerge.Benchmark.Optimum;
using IoMerge.Scheduler;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Replay;

/// <summary>The offline optimum for the arrivals of a trace: one for each device, summed.</summary>
public static class TraceOptimum
{
    /// <summary>Reads a trace from its beginning to its end and says how few operations could do.</summary>
    /// <param name="trace">The trace, not read from yet; it is not disposed of.</param>
    /// <param name="deviceSize">Size of a device, which decides where volumes lie.</param>
    /// <param name="geometry">What the store allows.</param>
    /// <param name="scheduler">The limits to keep.</param>
    /// <param name="options">How requests are sent.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="TraceFormatException">The trace is damaged.</exception>
    /// <exception cref="InvalidDataException">The trace does not fit on the device.</exception>
    public static OptimumResult Compute(
        ITraceSource trace, long deviceSize, BackendGeometry geometry, SchedulerOptions scheduler,
        ReplayOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(options);
        var layout = new VolumeLayout(trace.Header.Volumes.Count, options.SharedDevice, deviceSize);
        OptimumLimits limits = OptimumLimits.Of(scheduler, geometry, writesAreScattered: true);
        if (options.ClosedLoopDepth > 0)
            limits = limits with { MaxOutstandingPerCaller = options.ClosedLoopDepth };
        OfflineOptimum[] optima = [.. Enumerable.Range(0, layout.Lanes).Select(_ => new OfflineOptimum(limits))];
        var callers = new CallerTable();
        for (long i = 0; trace.TryRead(out TraceRecord record); i++)
        {
            if ((i & 0xFFFF) == 0)
                cancellation.ThrowIfCancellationRequested();
            Extent place = layout.Place(record);
            optima[layout.LaneOf(record.Volume)].Add(new OptimumArrival(
                record.Kind, record.Flags, place.Offset, place.Length, callers.IndexOf(record.CallerPid)));
        }
        OptimumResult[] results = [.. optima.Select(optimum => optimum.Finish())];
        return new OptimumResult(results.Sum(result => result.Operations), results.All(result => result.IsExact));
    }
}
