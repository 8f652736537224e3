using IoMerge.Backends;

namespace IoMerge.Benchmark.Models;

/// <summary>
/// A volume in a cloud, sold by operations and bytes per second. The defaults are the baseline of Amazon EBS gp3: 3000
/// operations and 125 MiB per second, an operation being up to 256 KiB, no burst. What gp2 does at 100 GiB is
/// <c>cloud:iops=300,burstIops=3000,burstOperations=5400000</c>.
/// </summary>
public sealed record CloudParameters
{
    /// <summary>Size of the volume.</summary>
    public ByteSize Capacity { get; init; } = 1L << 40;

    /// <summary>Operations per second that are granted always.</summary>
    public double Iops { get; init; } = 3000;

    /// <summary>Operations per second while there is credit; 0: as many as are granted.</summary>
    public double BurstIops { get; init; }

    /// <summary>Most operations of credit, and the credit at the beginning.</summary>
    public double BurstOperations { get; init; }

    /// <summary>Bytes that count as one operation: a longer one counts as several.</summary>
    public ByteSize OperationBytes { get; init; } = 256 << 10;

    /// <summary>Bytes per second that are granted always.</summary>
    public ByteSize Bandwidth { get; init; } = 125 << 20;

    /// <summary>Bytes per second while there is credit; 0: as many as are granted.</summary>
    public ByteSize BurstBandwidth { get; init; }

    /// <summary>Most bytes of credit, and the credit at the beginning.</summary>
    public ByteSize BurstBytes { get; init; }

    /// <summary>Microseconds that an operation takes beside its bytes.</summary>
    public double LatencyUs { get; init; } = 500;
}
