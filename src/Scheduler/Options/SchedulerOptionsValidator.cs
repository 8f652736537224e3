using System.Globalization;
using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// Says which values of <see cref="SchedulerOptions"/> are allowed: one rule per option, in one table. It reads no
/// configuration; whoever does turns its faults into messages. Thread-safe.
/// </summary>
public static class SchedulerOptionsValidator
{
    private const long KiB = 1L << 10;
    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;
    private const int HourMs = 3_600_000;

    private static readonly SchedulerOptionRule[] FixedRules =
    [
        Whole("Depth", 1, SchedulerLimits.MaxDepth, o => o.Depth),
        Whole("QueueMaxRequests", 1, 1 << 20, o => o.QueueMaxRequests),
        Size("QueueMaxBytes", 4 * KiB, SchedulerLimits.LargestQueueBytes, o => o.QueueMaxBytes),
        Whole("DrainTimeoutMs", 0, HourMs, o => o.DrainTimeoutMs),
        OneOf("Merge:Level", o => o.Merge.Level),
        Size("Merge:MaxBytes", 4 * KiB, GiB, o => o.Merge.MaxBytes),
        Whole("Merge:MaxRequests", 1, 4096, o => o.Merge.MaxRequests),
        Whole("Merge:MaxSegments", 1, 1024, o => o.Merge.MaxSegments),
        Size("Merge:ReadGapBytes", 0, 16 * MiB, o => o.Merge.ReadGapBytes),
        new("Merge:Boundary", "0 (none) or a multiple of 512 bytes", o => o.Merge.Boundary.ToString(),
            o => o.Merge.Boundary >= 0 && o.Merge.Boundary % 512 == 0),
        OneOf("Hold:Mode", o => o.Hold.Mode),
        Whole("Hold:MaxUs", 0, 1_000_000, o => o.Hold.MaxUs),
        Whole("Scan:MaxAgeMs", 1, HourMs, o => o.Scan.MaxAgeMs),
        Whole("Deadline:ReadExpireMs", 1, HourMs, o => o.Deadline.ReadExpireMs),
        Whole("Deadline:WriteExpireMs", 1, HourMs, o => o.Deadline.WriteExpireMs),
        Whole("Deadline:FifoBatch", 1, 4096, o => o.Deadline.FifoBatch),
        Whole("Deadline:WritesStarved", 0, 4096, o => o.Deadline.WritesStarved),
        new("Deadline:FrontMerges", "true or false", o => o.Deadline.FrontMerges ? "true" : "false", _ => true),
    ];

    /// <summary>
    /// All rules, one per option, in the order of the options. The first names the policies that are registered at this
    /// moment.
    /// </summary>
    public static IReadOnlyList<SchedulerOptionRule> Rules =>
    [
        new("Policy", $"one of {string.Join(", ", DispatchPolicyFactory.Names)}",
            o => o.Policy, o => DispatchPolicyFactory.IsKnown(o.Policy)),
        .. FixedRules,
    ];

    /// <summary>Finds every value that is not allowed.</summary>
    /// <param name="options">The options to look at; none of its parts may be null.</param>
    /// <returns>One fault per broken rule, in the order of <see cref="Rules"/>; empty when all is well.</returns>
    public static IReadOnlyList<OptionFault> Validate(SchedulerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = new List<OptionFault>();
        foreach (SchedulerOptionRule rule in Rules)
        {
            if (!rule.IsMet(options))
                faults.Add(new OptionFault(rule.Key, rule.Format(options), rule.Rule));
        }
        return faults;
    }

    /// <summary>Throws when a value is not allowed.</summary>
    /// <exception cref="ArgumentException">The message names every fault.</exception>
    internal static void ThrowIfInvalid(SchedulerOptions options)
    {
        IReadOnlyList<OptionFault> faults = Validate(options);
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
    }

    private static SchedulerOptionRule Whole(string key, int min, int max, Func<SchedulerOptions, int> get) => new(
        key, $"a whole number from {min} to {max}",
        o => get(o).ToString(CultureInfo.InvariantCulture), o => get(o) >= min && get(o) <= max);

    private static SchedulerOptionRule Size(
        string key, long min, long max, Func<SchedulerOptions, ByteSize> get) => new(
        key, $"a size from {new ByteSize(min)} to {new ByteSize(max)}",
        o => get(o).ToString(), o => get(o) >= min && get(o) <= max);

    private static SchedulerOptionRule OneOf<TEnum>(string key, Func<SchedulerOptions, TEnum> get)
        where TEnum : struct, Enum => new(
        key, $"one of {string.Join(", ", Enum.GetNames<TEnum>())}",
        o => get(o).ToString(), o => Enum.IsDefined(get(o)));
}
