namespace IoMerge.Scheduler;

/// <summary>From the name in the configuration to the policy.</summary>
public static class DispatchPolicyFactory
{
    private static readonly Dictionary<string, Func<SchedulerOptions, IDispatchPolicy>> Makers =
        new(StringComparer.OrdinalIgnoreCase)
        {
            [DispatchPolicies.None] = _ => new NonePolicy(),
            [DispatchPolicies.Fifo] = _ => new FifoPolicy(),
            [DispatchPolicies.Scan] = options => new ScanPolicy(options.Scan),
            [DispatchPolicies.Deadline] = options => new DeadlinePolicy(options.Deadline),
        };

    /// <summary>The names that are known, in the order of the documentation.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Makers.Keys];

    /// <summary>True when a policy of that name exists; case does not matter.</summary>
    public static bool IsKnown(string name) => name is not null && Makers.ContainsKey(name);

    /// <summary>Makes the policy that the options name.</summary>
    /// <exception cref="ArgumentException">The name is not known; the message lists those that are.</exception>
    public static IDispatchPolicy Create(SchedulerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Makers.TryGetValue(options.Policy, out Func<SchedulerOptions, IDispatchPolicy>? make)
            ? make(options)
            : throw new ArgumentException(
                $"There is no dispatch policy \"{options.Policy}\"; there are {string.Join(", ", Names)}.");
    }
}
