using IoMerge.Backends;

namespace IoMerge.Benchmark.Models;

/// <summary>
/// A spinning disk. The defaults are those of a 3.5" drive of 4 TB for servers: 7200 rpm, seeks of 1 ms to the next
/// track and 8.5 ms on average as data sheets of such drives say, and 180 MiB/s from the middle tracks. The shape of
/// the seek curve is that of Ruemmler and Wilkes ("An introduction to disk drive modeling", IEEE Computer 27(3), 1994):
/// a root for short distances, where the arm accelerates, and a line for long ones, where it coasts.
/// </summary>
public sealed record DiskParameters
{
    /// <summary>Size of the disk; more than one track.</summary>
    public ByteSize Capacity { get; init; } = 4L << 40;

    /// <summary>Revolutions per minute, 1 to 100 000.</summary>
    public double Rpm { get; init; } = 7200;

    /// <summary>Bytes of a track, on all tracks alike; with the speed of rotation it is the transfer rate.</summary>
    public ByteSize TrackBytes { get; init; } = 1536 << 10;

    /// <summary>Milliseconds of a seek to the next track, settling included.</summary>
    public double MinSeekMs { get; init; } = 1.0;

    /// <summary>Milliseconds of a seek over a third of all tracks, which is the average distance.</summary>
    public double AverageSeekMs { get; init; } = 8.5;

    /// <summary>Milliseconds of a seek over all tracks.</summary>
    public double MaxSeekMs { get; init; } = 18.0;

    /// <summary>Microseconds that the drive's electronics take for any operation.</summary>
    public double CommandUs { get; init; } = 100;

    /// <summary>
    /// Bytes that the drive reads ahead of the last read, so that the read which continues it finds them; 0 for none.
    /// </summary>
    public ByteSize ReadAhead { get; init; } = 512 << 10;

    /// <summary>
    /// Operations among which the drive chooses the one that it reaches first (NCQ), 1 to 1024; with 1 it serves in
    /// order of arrival.
    /// </summary>
    public int Queue { get; init; } = 1;
}
