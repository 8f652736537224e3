using IoMerge.Benchmark.Models;
using static IoMerge.Benchmark.Tests.Models.ModelTesting;

namespace IoMerge.Benchmark.Tests.Models;

/// <summary>A disk whose figures can be worked out by hand: 2 channels of 2 chips, pages of 1000 bytes, 100 µs to
/// read, 1 ms to program, a bus of 100 MB/s (10 µs a page), no time for commands.</summary>
public sealed class SsdModelTests
{
    private static readonly SsdParameters Plain = new()
    {
        Channels = 2,
        Chips = 2,
        PageBytes = 1000,
        ReadUs = 100,
        WriteUs = 1000,
        EraseMs = 5,
        PagesPerErase = 2,
        ChannelBandwidth = 100_000_000,
        CommandUs = 0,
    };

    [Theory]
    [InlineData(0, 1000, 110)] // one page: cells, bus
    [InlineData(0, 500, 105)] // half of it on the bus
    [InlineData(0, 2000, 110)] // two channels beside each other
    [InlineData(0, 4000, 120)] // two chips share a bus
    [InlineData(0, 8000, 230)] // second page of each chip: reads from 110 (or 120) on
    [InlineData(900, 200, 101)] // touches two pages, 100 bytes of each
    public void Read_OfAnIdleDisk_UsesWhatIsParallel(long offset, long length, long doneUs)
    {
        var disk = new SsdModel(Plain);

        disk.Read(1, offset, length, 0);

        Assert.Equal((1, doneUs * Us), disk.Next());
    }

    [Fact]
    public void TwoReads_OfOneChip_FollowEachOther_AndOfTwoChannelsDoNot()
    {
        var disk = new SsdModel(Plain);

        disk.Read(1, 0, 1000, 0);
        disk.Read(2, 4000, 1000, 0); // the same chip
        disk.Read(3, 1000, 1000, 0); // the other channel

        Assert.Equal((1, 110 * Us), disk.Next());
        Assert.Equal((3, 110 * Us), disk.Next());
        Assert.Equal((2, 220 * Us), disk.Next());
    }

    [Fact]
    public void Write_AfterTheBlockIsFull_ErasesFirst()
    {
        var disk = new SsdModel(Plain);

        disk.Write(1, 0, 1000, 0);
        disk.Write(2, 4000, 1000, 0);
        disk.Write(3, 8000, 1000, 0); // the third page of that chip: erase before it

        Assert.Equal((1, 1010 * Us), disk.Next());
        Assert.Equal((2, 2020 * Us), disk.Next());
        Assert.Equal((3, 8030 * Us), disk.Next());
    }

    [Fact]
    public void Operations_OfOneMoment_PassTheControllerOneAfterTheOther()
    {
        var disk = new SsdModel(Plain with { CommandUs = 7 });

        disk.Command(1, 0);
        disk.Read(2, 0, 1000, 0);

        Assert.Equal((1, 7 * Us), disk.Next());
        Assert.Equal((2, 124 * Us), disk.Next());
    }
}
