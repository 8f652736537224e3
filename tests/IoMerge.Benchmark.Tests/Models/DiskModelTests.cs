using IoMerge.Benchmark.Models;
using static IoMerge.Benchmark.Tests.Models.ModelTesting;

namespace IoMerge.Benchmark.Tests.Models;

/// <summary>A disk whose figures can be worked out by hand: a turn takes 10 ms, a track has 1 000 000 bytes, so a byte
/// takes 10 ns; 9000 tracks, seeks of 1 ms, 3 ms (at 3000) and 9 ms (at 9000); no time for commands.</summary>
public sealed class DiskModelTests
{
    private const long Track = 1_000_000;

    private static readonly DiskParameters Plain = new()
    {
        Capacity = 9000 * Track,
        Rpm = 6000,
        TrackBytes = Track,
        MinSeekMs = 1,
        AverageSeekMs = 3,
        MaxSeekMs = 9,
        CommandUs = 0,
        ReadAhead = 0,
    };

    [Theory]
    [InlineData(0, 0.0)]
    [InlineData(750, 2.0)] // 1 + 2 * sqrt(750 / 3000)
    [InlineData(3000, 3.0)]
    [InlineData(6000, 6.0)] // 3 + 6 * (3000 / 6000)
    [InlineData(9000, 9.0)]
    public void Seek_OverADistance_FollowsRootThenLine(long tracks, double milliseconds) =>
        Assert.Equal(milliseconds * Ms, new DiskModel(Plain).SeekNs(tracks), precision: 3);

    [Theory]
    [InlineData(0, 4000, 0, 40_000)] // under the head: 4000 bytes only
    [InlineData(250_000, 4000, 0, 2_540_000)] // a quarter turn, then the bytes
    [InlineData(0, 4000, 1, 10_040_000)] // a nanosecond late: a whole turn
    [InlineData(250_000, 4000, 1_000_000, 2_540_000)] // waits for the same angle
    [InlineData(750 * Track, 4000, 0, 10_040_000)] // seek 2 ms, then wait for angle 0 at 10 ms
    [InlineData(750 * Track + 300_000, 4000, 0, 3_040_000)] // seek 2 ms, angle 0.3 comes by at 3 ms
    [InlineData(6000 * Track + 700_000, 2 * Track, 0, 27_000_000)] // seek 6 ms, angle at 7 ms, two turns
    public void Read_OfAnIdleDisk_SeeksWaitsAndTransfers(long offset, long length, long nowNs, long doneNs)
    {
        var disk = new DiskModel(Plain);

        disk.Read(1, offset, length, nowNs);

        Assert.Equal((1, doneNs), disk.Next());
    }

    [Fact]
    public void Write_ThatContinuesALittleLate_WaitsAWholeTurn()
    {
        var disk = new DiskModel(Plain with { CommandUs = 100 });

        disk.Write(1, 200_000, 4000, 0);
        Assert.Equal((1, 2_040_000), disk.Next());
        disk.Write(2, 204_000, 4000, 2_040_000);

        // At 2.14 ms the head is past 204 000, which comes by again at 12.04 ms.
        Assert.Equal((2, 12_080_000), disk.Next());
    }

    [Fact]
    public void Read_ThatContinuesTheLast_IsFoundReadAhead()
    {
        var disk = new DiskModel(Plain with { CommandUs = 100, ReadAhead = 100_000 });

        disk.Read(1, 200_000, 4000, 0);
        Assert.Equal((1, 2_040_000), disk.Next());
        disk.Read(2, 204_000, 4000, 2_040_000); // read ahead by 2.08 ms, told with the command's time
        Assert.Equal((2, 2_140_000), disk.Next());
        disk.Read(3, 208_000, 50_000, 2_140_000); // the head gets there at 2.08 + 0.5 ms
        Assert.Equal((3, 2_580_000), disk.Next());
    }

    [Fact]
    public void ReadAhead_AfterALongPause_HoldsNoMoreThanItsBuffer()
    {
        var disk = new DiskModel(Plain with { ReadAhead = 100_000 });

        disk.Read(1, 200_000, 4000, 0);
        _ = disk.Next();
        disk.Read(2, 204_000, 100_000, 500 * Ms);
        Assert.Equal((2, 500 * Ms), disk.Next());
        disk.Read(3, 304_000, 100_000, 500 * Ms);

        Assert.Equal((3, 501 * Ms), disk.Next());
    }

    [Fact]
    public void OperationsThatWait_WithoutAQueue_AreServedInOrder()
    {
        var disk = new DiskModel(Plain);

        disk.Read(1, 0, 4000, 0);
        disk.Read(2, 900_000, 4000, 0);
        disk.Read(3, 100_000, 4000, 0);

        Assert.Equal((1, 40_000), disk.Next());
        Assert.Equal((2, 9_040_000), disk.Next());
        Assert.Equal((3, 11_040_000), disk.Next());
        Assert.Equal(long.MaxValue, disk.NextCompletionNs);
    }

    [Fact]
    public void OperationsThatWait_WithAQueue_AreServedByWhoComesByFirst()
    {
        var disk = new DiskModel(Plain with { Queue = 2 });

        disk.Read(1, 0, 4000, 0);
        disk.Read(2, 900_000, 4000, 0);
        disk.Read(3, 500_000, 4000, 0);
        disk.Read(4, 100_000, 4000, 0); // nearer still, but beyond the queue of two at first

        Assert.Equal((1, 40_000), disk.Next());
        Assert.Equal((3, 5_040_000), disk.Next());
        Assert.Equal((2, 9_040_000), disk.Next());
        Assert.Equal((4, 11_040_000), disk.Next());
    }

    [Fact]
    public void Command_OfAnIdleDisk_TakesTheElectronicsTime()
    {
        var disk = new DiskModel(Plain with { CommandUs = 100 });

        disk.Command(7, 5 * Ms);

        Assert.Equal((7, 5_100_000), disk.Next());
    }
}
