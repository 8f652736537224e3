using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>A value that is not allowed.</summary>
/// <param name="Key">Where it stands, below the scheduler's section: <c>Merge:MaxBytes</c>.</param>
/// <param name="Value">What was found.</param>
/// <param name="Rule">What is allowed.</param>
public sealed record OptionFault(string Key, string Value, string Rule);

/// <summary>Which values of <see cref="SchedulerOptions"/> are allowed. Finds all faults, not the first.</summary>
public static class SchedulerOptionsValidator
{
    /// <summary>All values that are not allowed; empty when the options are good.</summary>
    public static IReadOnlyList<OptionFault> Validate(SchedulerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = new List<OptionFault>();
        if (!DispatchPolicyFactory.IsKnown(options.Policy))
            faults.Add(new OptionFault(nameof(options.Policy), options.Policy, $"one of {string.Join(", ", DispatchPolicyFactory.Names)}"));
        Range(faults, "Depth", options.Depth, 1, SchedulerLimits.MaxDepth);
        Range(faults, "QueueMaxRequests", options.QueueMaxRequests, 1, 1 << 20);
        SizeRange(faults, "QueueMaxBytes", options.QueueMaxBytes, 4096, 1L << 40);
        Range(faults, "DrainTimeoutMs", options.DrainTimeoutMs, 0, 3_600_000);
        ValidateMerge(faults, options.Merge);
        ValidateEnum(faults, "Hold:Mode", options.Hold.Mode);
        Range(faults, "Hold:MaxUs", options.Hold.MaxUs, 0, 1_000_000);
        Range(faults, "Scan:MaxAgeMs", options.Scan.MaxAgeMs, 1, 3_600_000);
        Range(faults, "Deadline:ReadExpireMs", options.Deadline.ReadExpireMs, 1, 3_600_000);
        Range(faults, "Deadline:WriteExpireMs", options.Deadline.WriteExpireMs, 1, 3_600_000);
        Range(faults, "Deadline:FifoBatch", options.Deadline.FifoBatch, 1, 4096);
        Range(faults, "Deadline:WritesStarved", options.Deadline.WritesStarved, 0, 4096);
        return faults;
    }

    /// <summary>Throws when a value is not allowed.</summary>
    /// <exception cref="ArgumentException">The message names every fault.</exception>
    internal static void ThrowIfInvalid(SchedulerOptions options)
    {
        IReadOnlyList<OptionFault> faults = Validate(options);
        if (faults.Count > 0)
            throw new ArgumentException(string.Join("; ", faults.Select(f => $"{f.Key} = {f.Value}: must be {f.Rule}")), nameof(options));
    }

    private static void ValidateMerge(List<OptionFault> faults, MergeOptions merge)
    {
        ValidateEnum(faults, "Merge:Level", merge.Level);
        SizeRange(faults, "Merge:MaxBytes", merge.MaxBytes, 4096, 1L << 30);
        Range(faults, "Merge:MaxRequests", merge.MaxRequests, 1, 4096);
        Range(faults, "Merge:MaxSegments", merge.MaxSegments, 1, 1024);
        SizeRange(faults, "Merge:ReadGapBytes", merge.ReadGapBytes, 0, 16L << 20);
        if (merge.Boundary < 0 || merge.Boundary % 512 != 0)
            faults.Add(new OptionFault("Merge:Boundary", merge.Boundary.ToString(), "0 or a multiple of 512"));
    }

    private static void ValidateEnum<T>(List<OptionFault> faults, string key, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            faults.Add(new OptionFault(key, value.ToString(), $"one of {string.Join(", ", Enum.GetNames<T>())}"));
    }

    private static void Range(List<OptionFault> faults, string key, long value, long lowest, long highest)
    {
        if (value < lowest || value > highest)
            faults.Add(new OptionFault(key, $"{value}", $"from {lowest} to {highest}"));
    }

    private static void SizeRange(List<OptionFault> faults, string key, ByteSize value, long lowest, long highest)
    {
        if (value < lowest || value > highest)
            faults.Add(new OptionFault(key, value.ToString(), $"from {new ByteSize(lowest)} to {new ByteSize(highest)}"));
    }
}
