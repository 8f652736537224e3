using IoMerge.Backends;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Volumes;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Fuse.Reading;

/// <summary>
/// Gathers what one reader takes from the kernel in one go, so that what arrived together is submitted, and merged,
/// together. Order of arrival is kept per volume. Not thread-safe.
/// </summary>
internal sealed class Plug(VolumeTable volumes)
{
    /// <summary>Most requests.</summary>
    public const int MaxRequests = 64;

    /// <summary>The bytes, read or written, from which on no further request is added.</summary>
    public const long MaxBytes = 1 << 20;

    // Of the exact, sealed type: storing into an array of its base class costs a check.
    private readonly FuseIoRequest[][] _requests = CreateQueues(volumes.Count);
    private readonly int[] _counts = new int[volumes.Count];
    private readonly PlugSize _size = new();
    private long _bytes;

    /// <summary>Requests gathered.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// True when it is time to submit, whatever else may wait; see <see cref="PlugSize"/> for the number of requests.
    /// </summary>
    public bool IsFull => Count >= _size.Limit || _bytes >= MaxBytes;

    /// <summary>True when moving the bytes costs more than waking another reader would.</summary>
    public bool IsHeavy => _bytes >= MaxBytes / 4 && _bytes / Count >= HeavyRequestBytes;

    private const long HeavyRequestBytes = 64 << 10;

    /// <summary>Adds a request. Only while it is not full.</summary>
    /// <param name="volume">Index of its volume.</param>
    /// <param name="request">The request, prepared.</param>
    public void Add(int volume, FuseIoRequest request)
    {
        _requests[volume][_counts[volume]++] = request;
        Count++;
        _bytes += request.Kind.IsTransfer() ? request.Extent.Length : 0;
    }

    /// <summary>Submits what was gathered, one call per volume, and is empty then.</summary>
    public void Release()
    {
        if (Count == 0)
            return;
        for (int volume = 0; Count > 0 && volume < _counts.Length; volume++)
        {
            int count = _counts[volume];
            if (count == 0)
                continue;
            _counts[volume] = 0;
            Count -= count;
            volumes.All[volume].Scheduler.Submit(
                ReadOnlySpan<IoRequest>.CastUp<FuseIoRequest>(_requests[volume].AsSpan(0, count)));
        }
        _bytes = 0;
        _size.Next(GatheringPays());
    }

    private bool GatheringPays()
    {
        foreach (Volume volume in volumes.All)
        {
            if (volume.Geometry.CompletesInline || volume.Scheduler.MergesLately)
                return true;
        }
        return false;
    }

    private static FuseIoRequest[][] CreateQueues(int volumes)
    {
        var queues = new FuseIoRequest[volumes][];
        for (int volume = 0; volume < volumes; volume++)
            queues[volume] = new FuseIoRequest[MaxRequests];
        return queues;
    }
}
