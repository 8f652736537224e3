using IoMerge.Backends;
using IoMerge.Benchmark.Optimum;

namespace IoMerge.Benchmark.Tests.Optimum;

public sealed class OfflineOptimumTests
{
    private static readonly OptimumLimits Wide = new() { MaxBytes = 1 << 20, MaxRequests = 256 };

    [Fact]
    public void NoSchedule_NeedsFewerThanTheBound_AndOneReachesItWhereItIsExact()
    {
        int exact = 0, merged = 0;
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            (OptimumArrival[] arrivals, OptimumLimits limits) = Draw(random, random.Next(1, 9));

            OptimumResult result = Find(arrivals, new OfflineOptimum(limits));
            int fewest = new BruteForce(arrivals, limits, ordered: true).Count();

            Assert.True(result.Operations <= fewest, $"seed {seed}: {result} but a schedule needs {fewest}");
            Assert.True(!result.IsExact || result.Operations == fewest, $"seed {seed}: {result} is not {fewest}");
            exact += result.IsExact ? 1 : 0;
            merged += fewest < arrivals.Length ? 1 : 0;
        }

        // The test would be worth little if the bound was hardly ever exact, or nothing ever merged.
        Assert.InRange(exact, 600, 3000);
        Assert.InRange(merged, 900, 3000);
    }

    [Fact]
    public void NoSchedule_NeedsFewerThanTheBound_WhenArrivalsAreCutIntoBlocks()
    {
        int tight = 0;
        for (int seed = 0; seed < 1500; seed++)
        {
            var random = new Random(seed);
            (OptimumArrival[] arrivals, OptimumLimits limits) = Draw(random, random.Next(6, 10));
            limits = limits with { MaxOutstanding = random.Next(1, 4) };
            int length = random.Next(2, 6);

            int fewest = new BruteForce(arrivals, limits, ordered: false).Count();
            int fewestInTime = new BruteForce(arrivals, limits, ordered: false, patience: length).Count();
            long bound = Find(arrivals, new OfflineOptimum(limits, int.MaxValue, [1, 2])).Operations;
            long boundInTime = Find(arrivals, new OfflineOptimum(limits, length, [1])).Operations;

            Assert.True(bound <= fewest, $"seed {seed}: {bound} but a schedule needs {fewest}");
            Assert.True(boundInTime <= fewestInTime, $"seed {seed}: {boundInTime} but {fewestInTime} are needed");
            tight += boundInTime == fewestInTime ? 1 : 0;
        }

        Assert.InRange(tight, 100, 1500);
    }

    [Fact]
    public void OneSequentialStream_OfADepth_NeedsAnOperationForEachDepth()
    {
        OptimumLimits limits = Wide with { MaxOutstanding = 32, MaxOutstandingPerCaller = 32 };

        OptimumResult result = Find(Sequential(320_000, 1), new OfflineOptimum(limits));

        // 10 000 without cuts; five blocks have four cuts, and one operation may lie across each.
        Assert.InRange(result.Operations, 9_990, 10_000);
    }

    [Fact]
    public void EightStreamsOfDepthFour_NeedAnOperationForEachFour()
    {
        OptimumLimits limits = Wide with { MaxOutstanding = 32, MaxOutstandingPerCaller = 4 };

        OptimumResult result = Find(Sequential(160_000, 8), new OfflineOptimum(limits));

        Assert.InRange(result.Operations, 39_900, 40_000);
    }

    [Fact]
    public void RandomReads_WithFewOutstanding_NeedNearlyAsManyAsTheyAre()
    {
        var random = new Random(7);
        OptimumLimits limits = Wide with { MaxOutstanding = 32 };
        IEnumerable<OptimumArrival> arrivals = Enumerable.Range(0, 100_000).Select(_ =>
            new OptimumArrival(IoKind.Read, IoFlags.None, random.Next(1 << 18) * 4096L, 4096, 0));

        OptimumResult result = Find(arrivals, new OfflineOptimum(limits));

        // Held for ever, a quarter of a million places would nearly all find neighbours.
        Assert.InRange(result.Operations, 95_000, 100_000);
    }

    [Fact]
    public void Arrivals_ThatOverlapWithoutEnd_AreBoundedInWork()
    {
        // Each is as long as an operation may be, and begins one byte later: nothing fits with anything.
        IEnumerable<OptimumArrival> arrivals = Enumerable.Range(0, 60_000).Select(
            i => new OptimumArrival(IoKind.Read, IoFlags.None, i, 1 << 20, 0));

        OptimumResult result = Find(arrivals, new OfflineOptimum(Wide));

        Assert.InRange(result.Operations, 500, 60_000);
    }

    private static IEnumerable<OptimumArrival> Sequential(int count, int streams) => Enumerable.Range(0, count).Select(
        i => new OptimumArrival(
            IoKind.Write, IoFlags.None, (i % streams) * (1L << 40) + i / streams * 4096L, 4096, i % streams));

    private static OptimumResult Find(IEnumerable<OptimumArrival> arrivals, OfflineOptimum optimum)
    {
        foreach (OptimumArrival arrival in arrivals)
            optimum.Add(arrival);
        return optimum.Finish();
    }

    private static (OptimumArrival[] Arrivals, OptimumLimits Limits) Draw(Random random, int count)
    {
        var limits = new OptimumLimits
        {
            MaxBytes = random.Next(2, 9),
            MaxRequests = random.Next(2, 6),
            MaxSegments = random.Next(3) == 0 ? random.Next(1, 4) : int.MaxValue,
            ReadGapBytes = random.Next(3) == 0 ? random.Next(1, 3) : 0,
            Boundary = random.Next(3) == 0 ? random.Next(3, 9) : 0,
            MaxOutstanding = random.Next(3) == 0 ? random.Next(1, 6) : int.MaxValue,
            MaxOutstandingPerCaller = random.Next(3) == 0 ? random.Next(1, 5) : int.MaxValue,
        };
        int longest = random.Next(1, 4);
        int span = random.Next(4, 24);
        int writes = random.Next(0, 11);
        var arrivals = new OptimumArrival[count];
        for (int i = 0; i < count; i++)
        {
            IoKind kind = random.Next(10) < writes ? IoKind.Write : IoKind.Read;
            IoFlags flags = random.Next(8) == 0 ? IoFlags.Sync : IoFlags.None;
            arrivals[i] = new OptimumArrival(
                kind, flags, random.Next(span), random.Next(1, longest + 1), random.Next(2));
        }
        return (arrivals, limits);
    }
}
