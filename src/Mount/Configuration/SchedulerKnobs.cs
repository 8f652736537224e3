using IoMerge.Backends;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Configuration;

/// <summary>
/// The settings of section <c>Scheduler</c> and of <c>Volumes:NAME:Scheduler</c>. What is allowed is the scheduler's
/// own
/// business: the rules are those of <see cref="SchedulerOptionsValidator"/>.
/// </summary>
internal static class SchedulerKnobs
{
    public static KnobTable<SchedulerOptions> Table { get; } = new(new SchedulerOptions(),
        Make<string>("Policy", "name",
            "Who goes next; `iomerge policies` tells which is for what.",
            TryPolicy, (o, v) => o with { Policy = v }, DispatchPolicyFactory.Names),
        Make<int>("Depth", "operations",
            "Most operations in flight at the store; what is above waits, and merges while it waits.",
            KnobParsers.TryInt, (o, v) => o with { Depth = v }),
        Make<int>("QueueMaxRequests", "requests",
            "Most requests admitted at a time, queued or in flight; bounds memory.",
            KnobParsers.TryInt, (o, v) => o with { QueueMaxRequests = v }),
        Make<ByteSize>("QueueMaxBytes", "bytes",
            "Most bytes of admitted requests; bounds memory. A single larger request passes alone.",
            ByteSize.TryParse, (o, v) => o with { QueueMaxBytes = v }),
        Make<int>("DrainTimeoutMs", "ms",
            "How long a stop waits for the store to finish what it was given, and again for it to close, before it "
            + "gives up loudly.",
            KnobParsers.TryInt, (o, v) => o with { DrainTimeoutMs = v }),
        Make<MergeLevel>("Merge:Level", "name",
            "How far merging goes: not at all, only with the last arrival, or with any neighbour.",
            KnobParsers.TryName, (o, v) => o with { Merge = o.Merge with { Level = v } },
            Enum.GetNames<MergeLevel>()),
        Make<ByteSize>("Merge:MaxBytes", "bytes",
            "Most bytes of a merged operation. A limit, not an aim; the store's own limit wins.",
            ByteSize.TryParse, (o, v) => o with { Merge = o.Merge with { MaxBytes = v } }),
        Make<int>("Merge:MaxRequests", "requests",
            "Most requests that travel in one operation.",
            KnobParsers.TryInt, (o, v) => o with { Merge = o.Merge with { MaxRequests = v } }),
        Make<int>("Merge:MaxSegments", "segments",
            "Most pieces of memory of one operation; the system's own limit is 1024.",
            KnobParsers.TryInt, (o, v) => o with { Merge = o.Merge with { MaxSegments = v } }),
        Make<ByteSize>("Merge:ReadGapBytes", "bytes",
            "Reads no farther apart than this are bridged and the gap is thrown away; worth it where an "
            + "operation costs more than the bytes of the gap.",
            ByteSize.TryParse, (o, v) => o with { Merge = o.Merge with { ReadGapBytes = v } }),
        Make<ByteSize>("Merge:Boundary", "bytes",
            "No merged operation crosses a multiple of it: the stripe or object size of the store; 0 for "
            + "none.",
            ByteSize.TryParse, (o, v) => o with { Merge = o.Merge with { Boundary = v } }),
        Make<HoldMode>("Hold:Mode", "name",
            "Whether a free slot may wait for more to merge: never, while the store's own latency makes "
            + "it worthwhile, or always for Hold:MaxUs.",
            KnobParsers.TryName, (o, v) => o with { Hold = o.Hold with { Mode = v } },
            Enum.GetNames<HoldMode>()),
        Make<int>("Hold:MaxUs", "µs",
            "Longest time that a request waits on purpose.",
            KnobParsers.TryInt, (o, v) => o with { Hold = o.Hold with { MaxUs = v } }),
        Make<int>("Scan:MaxAgeMs", "ms",
            "A request older than this goes before the sweep.",
            KnobParsers.TryInt, (o, v) => o with { Scan = o.Scan with { MaxAgeMs = v } }),
        Make<int>("Deadline:ReadExpireMs", "ms",
            "Age from which on a read goes first.",
            KnobParsers.TryInt, (o, v) => o with { Deadline = o.Deadline with { ReadExpireMs = v } }),
        Make<int>("Deadline:WriteExpireMs", "ms",
            "Age from which on a write goes first.",
            KnobParsers.TryInt, (o, v) => o with { Deadline = o.Deadline with { WriteExpireMs = v } }),
        Make<int>("Deadline:FifoBatch", "operations",
            "Operations of one direction in a row before the direction is chosen anew; more is "
            + "throughput, less is latency.",
            KnobParsers.TryInt, (o, v) => o with { Deadline = o.Deadline with { FifoBatch = v } }),
        Make<int>("Deadline:WritesStarved", "times",
            "How often reads may be preferred while writes wait.",
            KnobParsers.TryInt, (o, v) => o with { Deadline = o.Deadline with { WritesStarved = v } }),
        Make<bool>("Deadline:FrontMerges", "switch",
            "Whether operations also grow towards lower offsets; turn it off when nothing arrives "
            + "descending.",
            bool.TryParse, (o, v) => o with { Deadline = o.Deadline with { FrontMerges = v } }));

    /// <summary>A knob whose rule is the scheduler's own.</summary>
    private static Knob<SchedulerOptions> Make<TValue>(string name, string unit, string purpose,
        KnobParser<TValue> parse, Func<SchedulerOptions, TValue, SchedulerOptions> with,
        IReadOnlyList<string>? names = null)
    {
        SchedulerOptionRule rule = SchedulerOptionsValidator.Rules.Single(rule => rule.Key == name);
        return new Knob<SchedulerOptions>(name, unit, rule.Rule, purpose, rule.Format,
            (SchedulerOptions options, string text, out SchedulerOptions changed) =>
            {
                bool good = parse(text, out TValue value);
                changed = good ? with(options, value) : options;
                return good && rule.IsMet(changed);
            }, names);
    }

    // The spelling of the documentation, so that what is shown does not depend on who wrote it how.
    private static bool TryPolicy(string text, out string policy)
    {
        policy = DispatchPolicyFactory.Names
            .FirstOrDefault(known => string.Equals(known, text, StringComparison.OrdinalIgnoreCase)) ?? text;
        return true;
    }
}
