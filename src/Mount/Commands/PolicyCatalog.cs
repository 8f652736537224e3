using IoMerge.Mount.Configuration;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Commands;

/// <summary>What a person wants to know to choose a policy.</summary>
/// <param name="Name">Its name in configuration.</param>
/// <param name="Summary">What it does.</param>
/// <param name="WhenToUse">What it is for.</param>
/// <param name="KnobPrefixes">How the keys of its settings begin, below <c>Scheduler</c>.</param>
internal sealed record PolicyInfo(string Name, string Summary, string WhenToUse, IReadOnlyList<string> KnobPrefixes)
{
    /// <summary>Its settings.</summary>
    public IEnumerable<KnobInfo> Knobs => SchedulerKnobs.Table.Knobs.Where(
        knob => KnobPrefixes.Any(prefix => knob.Name.StartsWith(prefix, StringComparison.Ordinal)));
}

/// <summary>The policies for people; the command and the documentation's test use this one table.</summary>
internal static class PolicyCatalog
{
    /// <summary>All policies, the plainest first.</summary>
    public static IReadOnlyList<PolicyInfo> All { get; } =
    [
        new(DispatchPolicies.None, "Straight through: no queue, no merging.",
            "The baseline to measure against, and stores on which an operation costs nothing.", []),
        new(DispatchPolicies.Fifo, "Arrival order, merging with neighbours.",
            "Stores without a seek where order should stay as it came: networks with an operation quota, flash.", []),
        new(DispatchPolicies.Scan, "One sweep by rising offset, then back to the start (C-LOOK), with a bound on age.",
            "Disks that turn, and striped or object stores that like neighbours together; throughput before latency.",
            ["Scan:"]),
        new(DispatchPolicies.Deadline,
            "The kernel's mq-deadline: sorted batches per direction, reads preferred, expiry.",
            "The default: mixed loads in which a reader waits for each answer and writers do not.", ["Deadline:"]),
    ];

    /// <summary>The settings that hold for every policy that queues.</summary>
    public static IEnumerable<KnobInfo> CommonKnobs => SchedulerKnobs.Table.Knobs.Where(
        knob => knob.Name != "Policy" && !All.Any(policy => policy.Knobs.Contains(knob)));
}
