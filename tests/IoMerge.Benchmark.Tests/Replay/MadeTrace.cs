using IoMerge.Backends;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Tests.Replay;

/// <summary>A trace that is worked out as it is read, of any length, without memory of its own.</summary>
internal sealed class MadeTrace(long count, Func<long, TraceRecord> record, int volumes = 1) : ITraceSource
{
    private long _next;

    public TraceHeader Header { get; } = new(
        DateTimeOffset.UnixEpoch, [.. Enumerable.Range(0, volumes).Select(i => new TraceVolume($"v{i}", 0))]);

    public bool TryRead(out TraceRecord next)
    {
        next = _next < count ? record(_next) : default;
        return _next++ < count;
    }

    public void Dispose()
    {
    }

    /// <summary>Reads of 4 KiB, one behind the other, at a distance in time.</summary>
    internal static MadeTrace Sequential(long count, long everyNs) => new(
        count, i => new TraceRecord(i * everyNs, 0, IoKind.Read, IoFlags.None, i * 4096, 4096, 1));

    /// <summary>Reads and writes of 4 KiB at places that look random, by several callers on several volumes.</summary>
    internal static MadeTrace Mixed(long count, long everyNs, int callers = 1, int volumes = 1, long span = 1L << 30) =>
        new(count, i => MixedRecord(i, everyNs, callers, volumes, span), volumes);

    /// <summary>These records.</summary>
    internal static MadeTrace Of(params TraceRecord[] records) => new(
        records.Length, i => records[i], records.Max(record => record.Volume) + 1);

    private static TraceRecord MixedRecord(long i, long everyNs, int callers, int volumes, long span)
    {
        ulong random = Scramble((ulong)i);
        IoKind kind = random % 10 < 3 ? IoKind.Write : IoKind.Read;
        // Every other one continues the one before.
        long place = (long)(Scramble((ulong)i / 2 + 1) % (ulong)(span / 8192)) * 8192 + i % 2 * 4096;
        if (random % 100 == 99)
            return new TraceRecord(i * everyNs, 0, IoKind.Flush, IoFlags.None, 0, 0, 1);
        return new TraceRecord(
            i * everyNs, (int)(random / 16 % (ulong)volumes), kind, IoFlags.None, place, 4096,
            1 + (int)(random / 256 % (ulong)callers));
    }

    private static ulong Scramble(ulong x)
    {
        x = (x + 1) * 0x9E3779B97F4A7C15;
        x ^= x >> 30;
        x *= 0xBF58476D1CE4E5B9;
        return x ^ (x >> 27);
    }
}
