using IoMerge.Backends;
using IoMerge.Backends.Decorators;

namespace IoMerge.Mount.Configuration;

/// <summary>The kinds of decorators that a configuration may wrap around a store.</summary>
internal static class DecoratorKinds
{
    private const long AnyNumber = int.MaxValue;
    private const int LongestUs = 60_000_000;

    public static IReadOnlyList<KindInfo> All { get; } =
    [
        Kind("delay", new KnobTable<DelayOptions>(new DelayOptions(),
            Delay("ReadDelayUs", "How much later reads reach the store.",
                o => o.ReadDelayUs, (o, v) => o with { ReadDelayUs = (int)v }),
            Delay("WriteDelayUs", "How much later writes reach the store.",
                o => o.WriteDelayUs, (o, v) => o with { WriteDelayUs = (int)v }),
            Delay("FlushDelayUs", "How much later flushes reach the store.",
                o => o.FlushDelayUs, (o, v) => o with { FlushDelayUs = (int)v }),
            Delay("OtherDelayUs", "How much later everything else reaches the store.",
                o => o.OtherDelayUs, (o, v) => o with { OtherDelayUs = (int)v }),
            Delay("JitterUs", "Up to so much more, evenly distributed.",
                o => o.JitterUs, (o, v) => o with { JitterUs = (int)v }),
            Knobs<DelayOptions>.Whole("Seed", "number", 0, AnyNumber, "Seed of the jitter; the same seed repeats it.",
                o => o.Seed, (o, v) => o with { Seed = (int)v }))),
        Kind("error", new KnobTable<ErrorOptions>(new ErrorOptions(),
            Knobs<ErrorOptions>.Make("Kinds", "names",
                $"empty (all) or some of {string.Join(", ", Enum.GetNames<IoKind>())}, with commas",
                "Which kinds of operations may fail.",
                o => string.Join(",", o.Kinds), (o, v) => o with { Kinds = v }, (KnobParser<IList<IoKind>>)TryKinds),
            Knobs<ErrorOptions>.Size("Offset", 0, long.MaxValue, "First byte of the bad range.",
                o => o.Offset, (o, v) => o with { Offset = v }),
            Knobs<ErrorOptions>.Size("Length", 0, long.MaxValue, "Length of the bad range; 0 is to the end.",
                o => o.Length, (o, v) => o with { Length = v }),
            Knobs<ErrorOptions>.Number("Rate", "share", 0, 1, "Share of the matching operations that fail.",
                o => o.Rate, (o, v) => o with { Rate = v }),
            Knobs<ErrorOptions>.Whole("Nth", "operations", 0, long.MaxValue,
                "Only the n-th matching operation fails, counted from 1; 0: each may.",
                o => o.Nth, (o, v) => o with { Nth = v }),
            Knobs<ErrorOptions>.Text("Error", "name", "the symbol of an error, as EIO or ENOSPC, or its number",
                "The error that is given.", o => o.Error, (o, v) => o with { Error = v }, text => text.Length > 0),
            Knobs<ErrorOptions>.Switch("Short", "Ends transfers early instead of failing them.",
                o => o.Short, (o, v) => o with { Short = v }),
            Knobs<ErrorOptions>.Whole("Seed", "number", 0, AnyNumber, "Seed of all chance; the same seed repeats it.",
                o => o.Seed, (o, v) => o with { Seed = (int)v }))),
        Kind("ratelimit", new KnobTable<RateLimitOptions>(new RateLimitOptions(),
            Knobs<RateLimitOptions>.Whole("OperationsPerSecond", "operations/s", 0, 100_000_000,
                "Most operations a second; 0 is no limit.",
                o => o.OperationsPerSecond, (o, v) => o with { OperationsPerSecond = (int)v }),
            Knobs<RateLimitOptions>.Size("BytesPerSecond", 0, long.MaxValue,
                "Most bytes of reads and writes a second; 0 is no limit.",
                o => o.BytesPerSecond, (o, v) => o with { BytesPerSecond = v }),
            Knobs<RateLimitOptions>.Whole("BurstMs", "ms", 0, 60_000,
                "What an idle store saves up for a burst, in time at its rates.",
                o => o.BurstMs, (o, v) => o with { BurstMs = (int)v }))),
        Kind("log", new KnobTable<LogOptions>(new LogOptions(),
            Knobs<LogOptions>.Text("Path", "path", "a path, or empty for the program's own log",
                "File that gets one line for each operation that reaches the store.",
                o => o.Path, (o, v) => o with { Path = v }, text => !text.Contains('\0')))),
        Kind("verify", new KnobTable<VerifyOptions>(new VerifyOptions(),
            Knobs<VerifyOptions>.Size("MaxBytes", 4096, long.MaxValue,
                "Most bytes of written data that are remembered to check reads against.",
                o => o.MaxBytes, (o, v) => o with { MaxBytes = v }))),
    ];

    private static KindInfo Kind(string name, IKnobTable table)
    {
        IDecoratorFactory factory = DecoratorFactories.Find(name)
            ?? throw new InvalidOperationException($"There is no decorator {name}.");
        return new KindInfo(name, factory.Summary, table, factory.Validate);
    }

    private static Knob<DelayOptions> Delay(
        string name, string purpose, Func<DelayOptions, long> get, Func<DelayOptions, long, DelayOptions> with) =>
        Knobs<DelayOptions>.Whole(name, "µs", 0, LongestUs, purpose, get, with);

    private static bool TryKinds(string text, out IList<IoKind> kinds)
    {
        kinds = [];
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!KnobParsers.TryName(name, out IoKind kind))
                return false;
            kinds.Add(kind);
        }
        return true;
    }
}
