using IoMerge.Benchmark.Models;
using static IoMerge.Benchmark.Tests.Models.ModelTesting;

namespace IoMerge.Benchmark.Tests.Models;

/// <summary>A volume whose figures can be worked out by hand: 1000 operations and 100 MB a second, 100 000 bytes count
/// as one operation, 500 µs latency.</summary>
public sealed class CloudModelTests
{
    private static readonly CloudParameters Plain = new()
    {
        Iops = 1000,
        OperationBytes = 100_000,
        Bandwidth = 100_000_000,
        LatencyUs = 500,
    };

    [Fact]
    public void SmallOperations_OfOneMoment_GoOneAMillisecond()
    {
        var volume = new CloudModel(Plain);

        for (int i = 0; i < 3; i++)
            volume.Read(i, 0, 1000, 0); // 1000 bytes take 10 µs

        Assert.Equal((0, 510 * Us), volume.Next());
        Assert.Equal((1, 1510 * Us), volume.Next());
        Assert.Equal((2, 2510 * Us), volume.Next());
    }

    [Fact]
    public void LargeOperation_CountsAsSeveral()
    {
        var volume = new CloudModel(Plain);

        volume.Write(1, 0, 250_000, 0); // three operations
        volume.Write(2, 0, 1000, 0);

        Assert.Equal((1, 3000 * Us), volume.Next()); // 2500 for the bytes, 500 latency
        Assert.Equal((2, 3510 * Us), volume.Next()); // goes at 3 ms
    }

    [Fact]
    public void Bytes_AreAQuotaToo()
    {
        var volume = new CloudModel(Plain with { Iops = 1_000_000 });

        volume.Read(1, 0, 100_000, 0);
        volume.Read(2, 0, 100_000, 0);

        Assert.Equal((1, 1500 * Us), volume.Next());
        Assert.Equal((2, 2500 * Us), volume.Next());
    }

    [Fact]
    public void Credit_IsSpentAtThePeakRate_AndGrowsBack()
    {
        var volume = new CloudModel(Plain with { BurstIops = 10_000, BurstOperations = 3, LatencyUs = 0 });

        for (int i = 0; i < 5; i++)
            volume.Command(99, 0); // commands cost nothing
        for (int i = 0; i < 5; i++)
            Assert.Equal((99, 0), volume.Next());
        for (int i = 0; i < 5; i++)
            volume.Read(i, 0, 0, 0);

        // Three at 0.1 ms each from the credit, which has grown by 0.3 until then: the fourth waits for 0.7 more.
        Assert.Equal((0, 0), volume.Next());
        Assert.Equal((1, 100 * Us), volume.Next());
        Assert.Equal((2, 200 * Us), volume.Next());
        Assert.InRange(volume.NextCompletionNs, 1000 * Us, 1000 * Us + 1);
        Assert.Equal(3, volume.TakeCompleted());
        Assert.InRange(volume.NextCompletionNs, 2000 * Us, 2000 * Us + 1);
        Assert.Equal(4, volume.TakeCompleted());

        volume.Read(5, 0, 0, 12 * Ms); // all credit again
        volume.Read(6, 0, 0, 12 * Ms);
        Assert.Equal((5, 12 * Ms), volume.Next());
        Assert.Equal((6, 12 * Ms + 100 * Us), volume.Next());
    }
}
