namespace IoMerge.Scheduler;

/// <summary>What is allowed for one option.</summary>
/// <param name="Key">The option, as written in configuration below the scheduler's section:
/// <c>Merge:MaxBytes</c>.</param>
/// <param name="Rule">What is allowed, as a phrase that continues "must be ...".</param>
/// <param name="Format">The option's value as text.</param>
/// <param name="IsMet">Whether the option's value is allowed.</param>
public sealed record SchedulerOptionRule(
    string Key, string Rule, Func<SchedulerOptions, string> Format, Func<SchedulerOptions, bool> IsMet);
