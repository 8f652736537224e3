using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Simulation.Tests;

/// <summary>
/// What must come of the requests of one thread to the bytes that it alone touches: one after the other in order of
/// arrival, whatever the other threads do meanwhile.
/// </summary>
internal sealed class RegionOracle(Extent region, IReadOnlyList<Extent> bad)
{
    private readonly byte[] _bytes = new byte[region.Length];
    private readonly bool[] _unknown = new bool[region.Length];

    internal List<string> Findings { get; } = [];

    /// <summary>Follows a request that has ended; in order of arrival.</summary>
    internal void Judge(ProbeRequest request)
    {
        string name = $"{request.Kind} {request.Extent}";
        if (request.Completions != 1)
        {
            Findings.Add($"{name} was told {request.Completions} times.");
            return;
        }
        // What every thread may touch is not for this oracle.
        if (request.Kind == IoKind.Flush || !region.Contains(request.Extent) || request.Error == Errno.ECANCELED)
            return;
        bool hitsBad = request.Kind.IsTransfer() && bad.Any(extent => extent.Overlaps(request.Extent));
        if (request.Error != (hitsBad ? Errno.EIO : Errno.None))
            Findings.Add($"{name} ended with {request.Error}; it {(hitsBad ? "hits" : "does not hit")} a bad place.");
        else if (request.Kind == IoKind.Read)
            JudgeRead(request, name);
        else
            Change(request);
    }

    /// <summary>Compares what the store ends with.</summary>
    internal void JudgeStore(ReadOnlySpan<byte> store)
    {
        for (int i = 0; i < region.Length; i++)
        {
            byte stored = store[(int)region.Offset + i];
            if (_unknown[i] || stored == _bytes[i])
                continue;
            Findings.Add($"The store ends with {stored} at {region.Offset + i} instead of {_bytes[i]}.");
            return;
        }
    }

    private void JudgeRead(ProbeRequest read, string name)
    {
        if (read.Error.IsError)
            return;
        int start = (int)(read.Extent.Offset - region.Offset);
        if (read.Data.Length != read.Extent.Length)
        {
            Findings.Add($"{name} returned {read.Data.Length} bytes.");
            return;
        }
        for (int i = 0; i < read.Data.Length; i++)
        {
            if (_unknown[start + i] || read.Data[i] == _bytes[start + i])
                continue;
            Findings.Add($"{name} returned {read.Data[i]} at {read.Extent.Offset + i} instead of {_bytes[start + i]}.");
            return;
        }
    }

    private void Change(ProbeRequest change)
    {
        int start = (int)(change.Extent.Offset - region.Offset), length = (int)change.Extent.Length;
        _unknown.AsSpan(start, length).Fill(change.Error.IsError);
        if (change.Kind == IoKind.Zero)
            _bytes.AsSpan(start, length).Clear();
        else
            change.WrittenBytes.CopyTo(_bytes.AsSpan(start));
    }
}
