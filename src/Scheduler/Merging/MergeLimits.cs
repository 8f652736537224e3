using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// How large a merged operation may become: what is configured and what the store allows, the smaller of each.
/// </summary>
internal sealed record MergeLimits(
    MergeLevel Level, long MaxBytes, int MaxRequests, int MaxSegments, long ReadGapBytes, long Boundary)
{
    /// <summary>The limits in force for a store.</summary>
    internal static MergeLimits Create(MergeOptions options, BackendGeometry geometry, bool merges)
    {
        long maxBytes = Math.Min(options.MaxBytes, geometry.MaxTransferBytes);
        if (geometry.PreferredTransferBytes > 0)
            maxBytes = Math.Min(maxBytes, geometry.PreferredTransferBytes);
        return new MergeLimits(
            merges ? options.Level : MergeLevel.Off,
            maxBytes,
            options.MaxRequests,
            Math.Min(options.MaxSegments, geometry.MaxSegments),
            options.ReadGapBytes,
            CommonBoundary(options.Boundary, geometry.Boundary));
    }

    /// <summary>Whether so many requests and bytes may be one operation.</summary>
    internal bool Allow(int requests, long bytes) => requests <= MaxRequests && bytes <= MaxBytes;

    // Who stays between multiples of the greatest common divisor crosses neither boundary.
    private static long CommonBoundary(long a, long b)
    {
        if (a == 0 || b == 0)
            return a + b;
        while (b != 0)
            (a, b) = (b, a % b);
        return a;
    }
}
