// <policy>
using IoMerge.Scheduler;

namespace IoMerge.Example;

/// <summary>Reads before writes, each in order of arrival; whoever is older than the bound goes first of all.</summary>
public sealed class ReadsFirstPolicy(int maxAgeMs) : IDispatchPolicy
{
    private readonly long _maxAgeNs = maxAgeMs * 1_000_000L;

    /// <inheritdoc/>
    public IoRequest SelectNext(RequestQueue queue, long nowNs)
    {
        IoRequest? read = queue.Oldest(RequestDirection.Read);
        IoRequest? write = queue.Oldest(RequestDirection.Write);
        if (read is null || write is null)
            return read ?? write!;
        IoRequest older = write.ArrivedAtNs < read.ArrivedAtNs ? write : read;
        return nowNs - older.ArrivedAtNs >= _maxAgeNs ? older : read;
    }
}
// </policy>
