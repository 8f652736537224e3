using System.Globalization;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Matrix.Workloads;

/// <summary>
/// The grammar of workloads' names: any valid combination can be named, and the name says all there is to it. Pure.
/// </summary>
public static class WorkloadName
{
    /// <summary>The grammar, for people.</summary>
    public const string Grammar = """
        [streamsN-]ACCESS[-SIZE][-qdN][-strideSIZE][-hotSIZE][-fsyncN]
        ACCESS is an order (seq, rand, strided, reverse, hot; seq when left out) and a direction (read, write,
        mixP with P % of reads). SIZE of a request is a number of bytes or ends in k or m (4k); qd is the number of
        requests that each stream keeps outstanding (32). strided steps by strideSIZE (2 requests); hot stays within
        hotSIZE (64 requests); fsyncN flushes after every N writes; streamsN are N clients, and with any order but
        rand and hot each has a part of the store of its own.
        """;

    private const int LargestBlock = 16 << 20;
    private const int LargestDepth = 1024;
    private const int MostStreams = 128;
    private const long LargestOutstanding = 512L << 20;

    private static readonly (string Word, AccessPattern Pattern)[] s_orders =
    [
        ("seq", AccessPattern.Sequential), ("rand", AccessPattern.Random), ("strided", AccessPattern.Strided),
        ("reverse", AccessPattern.Reverse), ("hot", AccessPattern.HotOverlap),
    ];

    /// <summary>Reads a name.</summary>
    /// <returns>The workload, under its full name.</returns>
    /// <exception cref="FormatException">It is none; the message says what is wrong, and the grammar.</exception>
    public static WorkloadSpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = new Queue<string>(text.ToLowerInvariant().Split('-'));
        int streams = 1;
        if (TakeNumber(parts, "streams", out int named))
            streams = named;
        if (!parts.TryDequeue(out string? access) || !TryAccess(access, out AccessPattern pattern, out int readPercent))
            throw Fault(text, $"\"{access}\" is no way to access a store");
        WorkloadSpec spec = new()
        {
            Name = text, Description = "", Streams = streams, Pattern = pattern, ReadPercent = readPercent,
        };
        if (TakeSize(parts, "", out long block))
            spec = spec with { BlockBytes = (int)Math.Min(block, int.MaxValue) };
        if (TakeNumber(parts, "qd", out int depth))
            spec = spec with { Depth = depth };
        if (pattern == AccessPattern.Strided)
        {
            bool isNamed = TakeSize(parts, "stride", out long stride);
            spec = spec with { StrideBytes = isNamed ? stride : 2L * spec.BlockBytes };
        }
        if (pattern == AccessPattern.HotOverlap)
            spec = spec with { HotBytes = TakeSize(parts, "hot", out long hot) ? hot : 64L * spec.BlockBytes };
        if (TakeNumber(parts, "fsync", out int every))
            spec = spec with { FlushEvery = every };
        if (parts.TryPeek(out string? rest))
            throw Fault(text, $"\"{rest}\" is not expected there");
        if (FindFault(spec, spec.FlushEvery > 0) is { } fault)
            throw Fault(text, fault);
        return spec with { Name = Format(spec), Description = Describe(spec) };
    }

    /// <summary>The full name of a workload, by which <see cref="Parse"/> finds it again.</summary>
    public static string Format(WorkloadSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        string order = s_orders.First(order => order.Pattern == spec.Pattern).Word;
        string direction = Direction(spec);
        string[] parts =
        [
            spec.Streams > 1 ? $"streams{spec.Streams}" : "",
            spec.Streams > 1 && spec.Pattern == AccessPattern.Sequential ? direction : order + direction,
            BlockSize.Format(spec.BlockBytes),
            $"qd{spec.Depth}",
            spec.Pattern == AccessPattern.Strided ? "stride" + BlockSize.Format(spec.StrideBytes) : "",
            spec.Pattern == AccessPattern.HotOverlap ? "hot" + BlockSize.Format(spec.HotBytes) : "",
            spec.FlushEvery > 0 ? $"fsync{spec.FlushEvery}" : "",
        ];
        return string.Join('-', parts.Where(part => part.Length > 0));
    }

    private static string Direction(WorkloadSpec spec) =>
        spec.ReadPercent switch { 100 => "read", 0 => "write", _ => $"mix{spec.ReadPercent}" };

    private static string Describe(WorkloadSpec spec)
    {
        string what = spec.ReadPercent switch
        {
            100 => "reads", 0 => "writes", _ => $"{spec.ReadPercent} % reads, {100 - spec.ReadPercent} % writes",
        };
        string where = spec.Pattern switch
        {
            AccessPattern.Sequential => "one after the other",
            AccessPattern.Random => "anywhere",
            AccessPattern.Strided => $"every {BlockSize.Format(spec.StrideBytes)}",
            AccessPattern.Reverse => "backwards",
            _ => $"overlapping within {BlockSize.Format(spec.HotBytes)}",
        };
        string who = spec.Streams == 1 ? "" : $"{spec.Streams} streams: ";
        string flush = spec.FlushEvery == 0 ? "" : $", a flush after every {spec.FlushEvery} writes";
        return $"{who}{BlockSize.Format(spec.BlockBytes)} {what} {where}, {spec.Depth} outstanding"
            + $"{(spec.Streams == 1 ? "" : " each")}{flush}.";
    }

    private static string? FindFault(WorkloadSpec spec, bool flushes) => spec switch
    {
        _ when spec.BlockBytes is < 512 or > LargestBlock || spec.BlockBytes % 512 != 0 =>
            "the size of a request must be a multiple of 512 up to 16m",
        { Depth: < 1 or > LargestDepth } => $"qd must be from 1 to {LargestDepth}",
        { Streams: < 1 or > MostStreams } => $"streams must be from 1 to {MostStreams}",
        { ReadPercent: < 0 or > 100 } => "mix must be from 0 to 100",
        { Pattern: AccessPattern.Strided } when spec.StrideBytes < spec.BlockBytes || spec.StrideBytes % 512 != 0 =>
            "the stride must be a multiple of 512, and at least the size of a request",
        { Pattern: AccessPattern.HotOverlap } when spec.HotBytes < spec.BlockBytes || spec.HotBytes % 512 != 0 =>
            "the hot range must be a multiple of 512, and at least the size of a request",
        { ReadPercent: 100 } when flushes => "fsync needs writes",
        _ when (long)spec.BlockBytes * spec.Depth * spec.Streams > LargestOutstanding =>
            "more than 512 MiB would be outstanding; take fewer, smaller or shallower streams",
        _ => null,
    };

    private static bool TryAccess(string word, out AccessPattern pattern, out int readPercent)
    {
        (string order, pattern) = Array.Find(s_orders, known => word.StartsWith(known.Word, StringComparison.Ordinal));
        string direction = word[(order?.Length ?? 0)..];
        readPercent = direction == "read" ? 100 : 0;
        return direction is "read" or "write"
            || (direction.StartsWith("mix", StringComparison.Ordinal)
                && int.TryParse(direction[3..], NumberStyles.None, CultureInfo.InvariantCulture, out readPercent));
    }

    private static bool TakeNumber(Queue<string> parts, string word, out int number)
    {
        number = 0;
        bool good = parts.TryPeek(out string? part) && part.StartsWith(word, StringComparison.Ordinal)
            && int.TryParse(part[word.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out number);
        return good && parts.TryDequeue(out _);
    }

    private static bool TakeSize(Queue<string> parts, string word, out long bytes)
    {
        bytes = 0;
        bool good = parts.TryPeek(out string? part) && part.StartsWith(word, StringComparison.Ordinal)
            && BlockSize.TryParse(part[word.Length..], out bytes);
        return good && parts.TryDequeue(out _);
    }

    private static FormatException Fault(string text, string what) =>
        new($"The workload \"{text}\" cannot be understood: {what}. Names are written as:\n{Grammar}");
}
