namespace IoMerge.Traces.Statistics;

/// <summary>The last few reads and writes, to see whether the next one could travel with one of them.</summary>
internal sealed class NeighbourWindow(int size)
{
    private readonly TraceRecord[] _last = new TraceRecord[size];
    private long _count;

    /// <summary>Adds a request.</summary>
    /// <returns>True when it begins or ends exactly where one in the window, of its direction and volume, ends or
    /// begins.</returns>
    public bool AddAndLook(in TraceRecord record)
    {
        bool found = false;
        long known = Math.Min(_count, _last.Length);
        for (int i = 0; i < known && !found; i++)
        {
            ref TraceRecord other = ref _last[i];
            found = other.Kind == record.Kind && other.Volume == record.Volume
                && (other.Extent.IsFollowedBy(record.Extent) || record.Extent.IsFollowedBy(other.Extent));
        }
        _last[_count++ % _last.Length] = record;
        return found;
    }
}
