using IoMerge.Benchmark.Models;
using static IoMerge.Benchmark.Tests.Models.ModelTesting;

namespace IoMerge.Benchmark.Tests.Models;

/// <summary>A network whose figures can be worked out by hand: 200 µs there and back, 50 µs at the server, 100 MB/s
/// each way, two requests outstanding.</summary>
public sealed class NetworkModelTests
{
    private static readonly NetworkParameters Plain = new()
    {
        RttUs = 200,
        ServerUs = 50,
        Bandwidth = 100_000_000,
        Depth = 2,
    };

    [Fact]
    public void Read_Alone_TakesTheRoundTripTheServerAndItsBytes()
    {
        var network = new NetworkModel(Plain);

        network.Read(1, 0, 1000, 0);

        Assert.Equal((1, 260 * Us), network.Next());
    }

    [Fact]
    public void ReadAndWrite_GoBesideEachOther_BecauseTheirBytesGoOtherWays()
    {
        var network = new NetworkModel(Plain);

        network.Read(1, 0, 10_000, 0);
        network.Write(2, 0, 10_000, 0);

        Assert.Equal((1, 350 * Us), network.Next());
        Assert.Equal((2, 350 * Us), network.Next());
    }

    [Fact]
    public void TwoReads_ShareTheLine()
    {
        var network = new NetworkModel(Plain);

        network.Read(1, 0, 10_000, 0);
        network.Read(2, 0, 10_000, 0);

        Assert.Equal((1, 350 * Us), network.Next());
        Assert.Equal((2, 450 * Us), network.Next());
    }

    [Fact]
    public void WhatIsBeyondTheDepth_WaitsForAPlace()
    {
        var network = new NetworkModel(Plain);

        for (int i = 0; i < 3; i++)
            network.Read(i, 0, 1000, 0);

        Assert.Equal((0, 260 * Us), network.Next());
        Assert.Equal((1, 270 * Us), network.Next());
        Assert.Equal((2, 520 * Us), network.Next());
    }

    [Fact]
    public void Jitter_OfOneSeed_IsTheSameEveryTime_AndBounded()
    {
        long[] first = Completions(seed: 5);

        Assert.Equal(first, Completions(seed: 5));
        Assert.NotEqual(first, Completions(seed: 6));
        Assert.All(first, (at, i) => Assert.InRange(at, i * Ms + 250 * Us, i * Ms + 350 * Us));
        Assert.True(first.Select((at, i) => at - i * Ms).Distinct().Count() > 50, "the jitter hardly varies");
    }

    private static long[] Completions(int seed)
    {
        var network = new NetworkModel(Plain with { JitterUs = 100, Seed = seed });
        var completions = new long[100];
        for (int i = 0; i < completions.Length; i++)
        {
            network.Command(i, i * Ms);
            completions[i] = network.Next().AtNs;
        }
        return completions;
    }
}
