using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// Merging at issue time: the request that was chosen takes all its neighbours along, behind it and before it, as far
/// as the rules and limits allow. What waited in the queue meanwhile is what there is to take; no request is ever
/// delayed here.
/// </summary>
/// <remarks>
/// <code>
///        front merges            seed            back merges
///   ... [p2)[p1) &lt;--- Preceding [s0) Following ---&gt; [n1)[n2) ...
/// </code>
/// Not thread-safe.
/// </remarks>
internal sealed class OperationGrower(RequestQueue queue, OverlapGuard guard, SchedulerCounters counters)
{
    /// <summary>How large operations may become.</summary>
    internal required MergeLimits Limits { get; set; }

    /// <summary>
    /// Makes an operation of a queued request and its neighbours, and takes all of them out of the queue.
    /// </summary>
    internal void Grow(MergedIo io, IoRequest seed, IDispatchPolicy policy)
    {
        io.Begin(seed);
        if (seed.Kind.IsTransfer() && Limits.Level != MergeLevel.Off)
        {
            bool behind = GrowBack(io, seed);
            bool before = GrowFront(io, seed, policy.AllowsFrontMerges);
            if (!behind && !before && io.MemberCount == 1)
                counters.Refused(MergeRefusal.Alone);
        }
        TakeOut(io, seed.Direction, policy);
        io.Seal();
    }

    private bool GrowBack(MergedIo io, IoRequest seed)
    {
        for (IoRequest? next = RequestQueue.Following(seed); next is not null; next = RequestQueue.Following(next))
        {
            MergeVerdict verdict = Judge(io, next, atBack: true, out MergeRefusal reason);
            if (verdict == MergeVerdict.Refused)
            {
                if (reason == MergeRefusal.Gap && IsMetByOtherDirection(io, io.Whole.End))
                    reason = MergeRefusal.Direction;
                counters.Refused(reason);
                return true;
            }
            counters.Merged(verdict, atBack: true, next.Extent.Offset - io.Whole.End);
            io.AddBack(next);
        }
        return CountIfMetByOtherDirection(io);
    }

    private bool GrowFront(MergedIo io, IoRequest seed, bool allowed)
    {
        for (IoRequest? next = RequestQueue.Preceding(seed); next is not null; next = RequestQueue.Preceding(next))
        {
            MergeVerdict verdict = Judge(io, next, atBack: false, out MergeRefusal reason);
            if (verdict != MergeVerdict.Refused && !allowed)
            {
                verdict = MergeVerdict.Refused;
                reason = MergeRefusal.Sealed;
            }
            if (verdict == MergeVerdict.Refused)
            {
                counters.Refused(reason);
                return true;
            }
            counters.Merged(verdict, atBack: false, io.Whole.Offset - next.Extent.End);
            io.AddFront(next);
        }
        return false;
    }

    private MergeVerdict Judge(MergedIo io, IoRequest next, bool atBack, out MergeRefusal reason)
    {
        MergeVerdict verdict = MergeRules.Judge(Limits, io, next, atBack, out reason);
        if (verdict != MergeVerdict.AcrossGap)
            return verdict;
        // The gap's bytes are thrown away, but reading them must not meet a change of them at the backend.
        (long start, long end) = atBack
            ? (io.Whole.End, next.Extent.Offset)
            : (next.Extent.End, io.Whole.Offset);
        if (!guard.IsChanging(start, end))
            return verdict;
        reason = MergeRefusal.Overlap;
        return MergeVerdict.Refused;
    }

    private bool CountIfMetByOtherDirection(MergedIo io)
    {
        bool met = IsMetByOtherDirection(io, io.Whole.End);
        if (met)
            counters.Refused(MergeRefusal.Direction);
        return met;
    }

    private bool IsMetByOtherDirection(MergedIo io, long offset)
    {
        RequestDirection other = io.Kind == IoKind.Read ? RequestDirection.Write : RequestDirection.Read;
        return queue.CountOf(other) > 0 && queue.AtOrAfter(other, offset)?.Extent.Offset == offset;
    }

    private void TakeOut(MergedIo io, RequestDirection direction, IDispatchPolicy policy)
    {
        bool isEverything = io.MemberCount == queue.CountOf(direction);
        if (isEverything)
            queue.Clear(direction);
        for (IoRequest? member = io.FirstMember; member is not null; member = member.NextInChain)
        {
            if (!isEverything)
                queue.Remove(member);
            member.State = RequestState.Dispatched;
            policy.Removed(member);
            if (member.FirstWaiter is not null)
                OverlapGuard.HandOverWaiters(member, io.Lock);
        }
    }
}
