using System.Globalization;
using IoMerge.Benchmark.Results;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Replay;

/// <summary>
/// The callers of a trace by process: a small number for each, and how they fared. Beyond a bound the rest counts as
/// one, so that its size does not depend on the trace. Not thread-safe.
/// </summary>
internal sealed class CallerTable
{
    /// <summary>Most callers, the one that stands for all others included.</summary>
    internal const int Capacity = 64;

    private readonly Dictionary<int, int> _indexes = [];
    private readonly Caller[] _callers = new Caller[Capacity];
    private int _lastPid = -1;
    private int _lastIndex;

    /// <summary>Callers so far.</summary>
    internal int Count { get; private set; }

    /// <summary>The number of a caller, from 0 in order of appearance.</summary>
    internal int IndexOf(int pid)
    {
        if (pid == _lastPid)
            return _lastIndex;
        if (!_indexes.TryGetValue(pid, out int index))
            index = Admit(pid);
        _lastPid = pid;
        _lastIndex = index;
        return index;
    }

    /// <summary>Notes that a request of a caller was answered.</summary>
    internal void Answered(int index, long bytes, long latencyNs)
    {
        Caller caller = _callers[index];
        caller.Bytes += bytes;
        caller.Latency.Record(latencyNs);
    }

    /// <summary>How they fared beside each other; null with fewer than two.</summary>
    internal FairnessFacts? Summarize() => FairnessFacts.Of([.. _callers.Take(Count).Select(caller =>
    {
        LatencySummary latency = caller.Latency.Summarize();
        return new CallerFacts(caller.Name, latency.Count, caller.Bytes, latency.MeanUs, latency.P99Us);
    })]);

    private int Admit(int pid)
    {
        if (Count == Capacity)
            return Capacity - 1;
        bool isLast = Count == Capacity - 1;
        string name = isLast ? "others"
            : pid == 0 ? "unknown process" : string.Create(CultureInfo.InvariantCulture, $"process {pid}");
        _callers[Count] = new Caller(name);
        if (!isLast)
            _indexes.Add(pid, Count);
        return Count++;
    }

    private sealed class Caller(string name)
    {
        internal string Name => name;

        internal LatencyHistogram Latency { get; } = new();

        internal long Bytes { get; set; }
    }
}
