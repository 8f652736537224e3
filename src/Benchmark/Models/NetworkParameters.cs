using IoMerge.Backends;

namespace IoMerge.Benchmark.Models;

/// <summary>
/// A store at the other end of a network. The defaults are one connection of the Linux NBD client (128 requests
/// outstanding) over Ethernet of 10 Gbit/s within a data centre, to a server that answers from memory.
/// </summary>
public sealed record NetworkParameters
{
    /// <summary>Size of the store.</summary>
    public ByteSize Capacity { get; init; } = 1L << 40;

    /// <summary>Microseconds there and back for a message without bytes.</summary>
    public double RttUs { get; init; } = 200;

    /// <summary>Microseconds that the server takes for an operation; it serves all that are there at once.</summary>
    public double ServerUs { get; init; } = 20;

    /// <summary>Bytes per second of the line, each way.</summary>
    public ByteSize Bandwidth { get; init; } = 1_250_000_000;

    /// <summary>Connections, 1 to 1024.</summary>
    public int Connections { get; init; } = 1;

    /// <summary>Operations outstanding on a connection, 1 to 65 536; what is beyond waits before the line.</summary>
    public int Depth { get; init; } = 128;

    /// <summary>Most microseconds that an answer comes later than it could, evenly distributed; 0 for none.</summary>
    public double JitterUs { get; init; }

    /// <summary>Where the sequence of jitter begins, so that another one can be had.</summary>
    public int Seed { get; init; } = 1;
}
