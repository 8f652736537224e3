using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Simulation.Tests;

/// <summary>
/// What a history must have come to: the requests one after the other in order of arrival, on an array of bytes. Slow,
/// obvious, and without any idea of merging.
/// </summary>
internal sealed class SequentialOracle(History history, int size)
{
    private readonly List<string> _findings = [];
    private byte[] _bytes = new byte[size];
    private bool[] _unknown = new bool[size];

    internal IReadOnlyList<string> Judge()
    {
        for (int i = 0; i < history.Arrivals.Count; i++)
            JudgeOne(i, history.Arrivals[i]);
        JudgeStore();
        JudgeBooks();
        return _findings;
    }

    private void JudgeOne(int index, Arrival arrival)
    {
        ProbeRequest request = arrival.Request;
        string name = $"#{index} {request.Kind} {request.Extent}";
        if (request.Completions != 1)
        {
            _findings.Add($"{name} was told {request.Completions} times.");
            return;
        }
        if (request.Error == Errno.ECANCELED)
            return;
        bool hitsBad = request.Kind.IsTransfer() && history.Bad.Any(bad => bad.Overlaps(request.Extent));
        switch (request.Kind)
        {
            case IoKind.Flush:
                JudgeFlush(index, arrival, name);
                return;
            case IoKind.Read:
                JudgeRead(index, arrival, name, hitsBad);
                return;
            case IoKind.Write or IoKind.Zero:
                JudgeChange(request, name, hitsBad);
                return;
            case IoKind.Resize:
                Resize(request.Extent.Offset);
                return;
        }
    }

    private void JudgeFlush(int index, Arrival flush, string name)
    {
        long lastChange = 0;
        for (int i = 0; i < index; i++)
        {
            Arrival earlier = history.Arrivals[i];
            if (!earlier.Request.Kind.Changes())
                continue;
            if (earlier.CompletedAt > flush.CompletedAt)
                _findings.Add($"{name} was told before change #{i}, which arrived earlier.");
            lastChange = Math.Max(lastChange, earlier.CompletedAt);
        }
        bool failedBefore = false;
        bool covered = false;
        foreach ((long submitted, Errno error) in history.Flushes)
        {
            failedBefore |= error.IsError && submitted < flush.CompletedAt;
            covered |= error.IsSuccess && submitted > lastChange && submitted < flush.CompletedAt;
        }
        if (flush.Request.Error.IsSuccess && !covered)
            _findings.Add($"{name} succeeded without a backend flush after the changes before it.");
        if (flush.Request.Error.IsError && !failedBefore)
            _findings.Add($"{name} failed though no backend flush had.");
    }

    private void JudgeRead(int index, Arrival arrival, string name, bool hitsBad)
    {
        ProbeRequest request = arrival.Request;
        long available = Math.Clamp(_bytes.Length - request.Extent.Offset, 0, request.Extent.Length);
        if (request.Error.IsError)
        {
            if (!hitsBad)
                _findings.Add($"{name} failed with {request.Error} though nothing bad is there.");
            return;
        }
        bool endMayBeElsewhere = request.Result < available
            ? MayMeetTheOldEnd(index, arrival)
            : MayMeetALaterEnd(index, arrival);
        if (request.Result != available && !endMayBeElsewhere)
        {
            _findings.Add($"{name} returned {request.Result} bytes instead of {available}.");
            return;
        }
        for (int i = 0; i < Math.Min(request.Result, available); i++)
        {
            int at = (int)request.Extent.Offset + i;
            if (!_unknown[at] && _bytes[at] != request.Data[i])
            {
                _findings.Add($"{name} returned {request.Data[i]} at {at} instead of {_bytes[at]}.");
                return;
            }
        }
    }

    /// <summary>
    /// Who reads while an earlier change that he does not overlap moves the end may still meet the old end.
    /// </summary>
    private bool MayMeetTheOldEnd(int index, Arrival read) => history.Arrivals.Take(index).Any(earlier =>
        earlier.Request.Kind is IoKind.Write or IoKind.Zero
        && earlier.CompletedAt > read.ArrivedAt
        && earlier.Request.Extent.Offset >= read.Request.Extent.Offset + read.Request.Result
        && !earlier.Request.Extent.Overlaps(read.Request.Extent));

    /// <summary>
    /// And who is overtaken by a later change that he does not overlap may meet the end that it made.
    /// </summary>
    private bool MayMeetALaterEnd(int index, Arrival read) => history.Arrivals.Skip(index + 1).Any(later =>
        later.Request.Kind is IoKind.Write or IoKind.Zero
        && later.ArrivedAt < read.CompletedAt
        && later.Request.Extent.End >= read.Request.Extent.Offset + read.Request.Result
        && !later.Request.Extent.Overlaps(read.Request.Extent));

    private void JudgeChange(ProbeRequest request, string name, bool hitsBad)
    {
        Extent extent = request.Extent;
        if (request.Error == Errno.ENOSPC && extent.End > _bytes.Length && !history.Backend.Geometry.CanResize)
            return;
        if (extent.IsEmpty)
            return;
        if (request.Error.IsError && !hitsBad)
            _findings.Add($"{name} failed with {request.Error} though nothing bad is there.");
        if (request.Error.IsError)
        {
            long end = Math.Min(extent.End, _bytes.Length);
            for (long at = extent.Offset; at < end; at++)
                _unknown[at] = true;
            return;
        }
        if (extent.End > _bytes.Length)
            Resize(extent.End);
        byte[] written = request.Kind == IoKind.Zero ? new byte[extent.Length] : request.WrittenBytes;
        for (int i = 0; i < extent.Length && extent.Offset + i < _bytes.Length; i++)
        {
            _bytes[extent.Offset + i] = written[i];
            _unknown[extent.Offset + i] = false;
        }
    }

    private void Resize(long newSize)
    {
        Array.Resize(ref _bytes, (int)newSize);
        Array.Resize(ref _unknown, (int)newSize);
    }

    private void JudgeStore()
    {
        if (history.Backend.Size != _bytes.Length)
            _findings.Add($"The store has {history.Backend.Size} bytes instead of {_bytes.Length}.");
        for (int i = 0; i < Math.Min(_bytes.Length, history.Backend.Size); i++)
        {
            if (!_unknown[i] && history.Backend.Bytes[i] != _bytes[i])
            {
                _findings.Add($"The store ends with {history.Backend.Bytes[i]} at {i} instead of {_bytes[i]}.");
                return;
            }
        }
    }

    private void JudgeBooks()
    {
        var stats = history.Stats;
        if (stats.RequestsIn != history.Arrivals.Count || stats.RequestsCompleted != stats.RequestsIn)
        {
            _findings.Add(
                $"Books: {stats.RequestsIn} in, {stats.RequestsCompleted} told, {history.Arrivals.Count} sent.");
        }
        if (stats.Queued != 0 || stats.InFlight != 0 || stats.Parked != 0)
            _findings.Add($"Left over: {stats.Queued} queued, {stats.InFlight} in flight, {stats.Parked} parked.");
    }
}
