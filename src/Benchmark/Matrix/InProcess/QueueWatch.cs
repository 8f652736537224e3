using System.Diagnostics;
using IoMerge.Benchmark.Results;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// Looks at a scheduler's queue about every millisecond, from a thread of its own, until it is stopped. Each look takes
/// the elevator's turn, so it is used only where throughput does not count.
/// </summary>
internal sealed class QueueWatch
{
    private const int MostSamples = 2000;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    private readonly List<DepthSample> _samples = [];
    private readonly Thread _thread;
    private volatile bool _isOver;

    private QueueWatch(IoScheduler scheduler)
    {
        _thread = new Thread(() => Run(scheduler)) { IsBackground = true, Name = "iomerge-bench-watch" };
        _thread.Start();
    }

    /// <summary>Starts looking.</summary>
    internal static QueueWatch Start(IoScheduler scheduler) => new(scheduler);

    /// <summary>Ends it and gives what was seen.</summary>
    internal IReadOnlyList<DepthSample> Stop()
    {
        _isOver = true;
        _thread.Join();
        return _samples;
    }

    private void Run(IoScheduler scheduler)
    {
        long start = Stopwatch.GetTimestamp();
        while (!_isOver && _samples.Count < MostSamples)
        {
            SchedulerSnapshot seen = scheduler.GetSnapshot();
            _samples.Add(new DepthSample(
                Stopwatch.GetElapsedTime(start).TotalMilliseconds, seen.Queued + seen.Parked, seen.InFlight));
            Thread.Sleep(s_pause);
        }
    }
}
