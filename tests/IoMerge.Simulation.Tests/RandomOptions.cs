using IoMerge.Scheduler;

namespace IoMerge.Simulation.Tests;

/// <summary>Options as strange as they are allowed to be.</summary>
internal static class RandomOptions
{
    internal static SchedulerOptions Make(Random random) => new()
    {
        Policy = DispatchPolicyFactory.Names[random.Next(DispatchPolicyFactory.Names.Count)],
        Depth = random.Next(1, 9),
        QueueMaxRequests = random.Next(3) == 0 ? random.Next(1, 10) : 4096,
        QueueMaxBytes = random.Next(4) == 0 ? 4096 : 1 << 20,
        Merge = new MergeOptions
        {
            Level = (MergeLevel)random.Next(3),
            MaxBytes = (4 << 10) + random.Next(2) * random.Next(16 << 10),
            MaxRequests = random.Next(1, 64),
            MaxSegments = random.Next(1, 40),
            ReadGapBytes = random.Next(2) * random.Next(100),
        },
        Hold = new HoldOptions { Mode = (HoldMode)random.Next(3), MaxUs = random.Next(1000) },
        Scan = new ScanOptions { MaxAgeMs = random.Next(1, 3000) },
        Deadline = new DeadlineOptions { FifoBatch = random.Next(1, 8), FrontMerges = random.Next(2) == 0 },
    };
}
