using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>The outcome of asking whether a request may join an operation.</summary>
internal enum MergeVerdict
{
    /// <summary>It continues the operation exactly.</summary>
    Adjacent,

    /// <summary>It covers bytes that the operation covers too.</summary>
    Overlapping,

    /// <summary>It lies a bridgeable gap away.</summary>
    AcrossGap,

    /// <summary>It may not; see the reason.</summary>
    Refused,
}

/// <summary>
/// May this request join that operation? Pure: three questions, asked in the order of the kernel's block layer: is it a
/// neighbour (geometry), is it of the same kind (eligibility), does it still fit (limits).
/// </summary>
internal static class MergeRules
{
    /// <summary>Judges a request next to an operation.</summary>
    /// <param name="limits">How large operations may become.</param>
    /// <param name="io">The operation as it is.</param>
    /// <param name="candidate">The neighbour by offset.</param>
    /// <param name="atBack">
    /// True when the neighbour starts at or after the operation's last member, else it comes before the first.
    /// </param>
    /// <param name="reason">Why not, when refused.</param>
    internal static MergeVerdict Judge(
        MergeLimits limits, MergedIo io, IoRequest candidate, bool atBack, out MergeRefusal reason)
    {
        Extent extent = candidate.Extent;
        long distance = atBack ? extent.Offset - io.Whole.End : io.Whole.Offset - extent.End;
        if (!IsNeighbour(limits, io.Kind, distance))
            return Refuse(MergeRefusal.Gap, out reason);
        if (candidate.Kind != io.Kind)
            return Refuse(MergeRefusal.Direction, out reason);
        if (candidate.Flags != io.Flags)
            return Refuse(MergeRefusal.Sync, out reason);
        IoRequest edge = atBack ? io.LastMember! : io.FirstMember!;
        if (limits.Level == MergeLevel.Last && Math.Abs(candidate.Sequence - edge.Sequence) != 1)
            return Refuse(MergeRefusal.Sealed, out reason);
        if (!Fits(limits, io, candidate, edge, atBack, out reason))
            return MergeVerdict.Refused;
        return distance switch
        {
            0 => MergeVerdict.Adjacent,
            < 0 => MergeVerdict.Overlapping,
            _ => MergeVerdict.AcrossGap,
        };
    }

    private static bool IsNeighbour(MergeLimits limits, IoKind kind, long distance) =>
        kind == IoKind.Read ? distance <= limits.ReadGapBytes : distance == 0;

    private static bool Fits(
        MergeLimits limits, MergedIo io, IoRequest candidate, IoRequest edge, bool atBack, out MergeRefusal reason)
    {
        long start = Math.Min(io.Whole.Offset, candidate.Extent.Offset);
        long end = Math.Max(io.Whole.End, candidate.Extent.End);
        reason = MergeRefusal.Size;
        if (!limits.Allow(io.MemberCount + 1, end - start))
            return false;
        reason = MergeRefusal.Segments;
        bool continues = atBack
            ? MergedIo.ContinuesInMemory(edge, candidate)
            : MergedIo.ContinuesInMemory(candidate, edge);
        if (!continues && io.Segmentation >= limits.MaxSegments)
            return false;
        reason = MergeRefusal.Boundary;
        return limits.Boundary == 0 || start / limits.Boundary == (end - 1) / limits.Boundary;
    }

    private static MergeVerdict Refuse(MergeRefusal why, out MergeRefusal reason)
    {
        reason = why;
        return MergeVerdict.Refused;
    }
}
