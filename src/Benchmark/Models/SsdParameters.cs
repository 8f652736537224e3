using IoMerge.Backends;

namespace IoMerge.Benchmark.Models;

/// <summary>
/// A solid-state disk. The defaults are those of MQSim (Tavakkol et al., "MQSim: A Framework for Enabling Realistic
/// Studies of Modern Multi-Queue SSD Devices", FAST 2018): 8 channels of 4 chips, pages of 8 KiB, 75 µs to read and
/// 750 µs to program one, 3.8 ms to erase a block of 256, channels of 333 MB/s.
/// </summary>
public sealed record SsdParameters
{
    /// <summary>Size of the disk.</summary>
    public ByteSize Capacity { get; init; } = 1L << 40;

    /// <summary>Channels, each a bus of its own, 1 to 64.</summary>
    public int Channels { get; init; } = 8;

    /// <summary>Chips on each channel that work at the same time, 1 to 64.</summary>
    public int Chips { get; init; } = 4;

    /// <summary>Bytes of a page: the least that is read or programmed.</summary>
    public ByteSize PageBytes { get; init; } = 8 << 10;

    /// <summary>Microseconds from the cells to the chip's register.</summary>
    public double ReadUs { get; init; } = 75;

    /// <summary>Microseconds from the register to the cells.</summary>
    public double WriteUs { get; init; } = 750;

    /// <summary>Milliseconds of erasing a block.</summary>
    public double EraseMs { get; init; } = 3.8;

    /// <summary>Pages that a chip programs for each block that it erases, 1 to 1 000 000.</summary>
    public int PagesPerErase { get; init; } = 256;

    /// <summary>Bytes per second of a channel.</summary>
    public ByteSize ChannelBandwidth { get; init; } = 333_000_000;

    /// <summary>Microseconds that the controller takes for any operation, one after the other.</summary>
    public double CommandUs { get; init; } = 2;
}
