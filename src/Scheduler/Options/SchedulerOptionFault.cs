namespace IoMerge.Scheduler;

/// <summary>A value of <see cref="SchedulerOptions"/> that is not allowed.</summary>
/// <param name="Key">The option, as written in configuration below the scheduler's section: <c>Merge:MaxBytes</c>.</param>
/// <param name="Value">The value found, as text.</param>
/// <param name="Rule">What is allowed, as a phrase that continues "must be ...".</param>
public readonly record struct SchedulerOptionFault(string Key, string Value, string Rule)
{
    /// <summary>One sentence with key, value and rule.</summary>
    public override string ToString() => $"{Key} = \"{Value}\": must be {Rule}";
}
