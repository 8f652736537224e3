namespace IoMerge.Scheduler;

/// <summary>Bounds of options that code relies on too.</summary>
internal static class SchedulerLimits
{
    /// <summary>Largest <see cref="SchedulerOptions.Depth"/>.</summary>
    internal const int MaxDepth = 1024;

    /// <summary>Largest <see cref="SchedulerOptions.QueueMaxBytes"/>.</summary>
    internal const long LargestQueueBytes = 1L << 40;
}
