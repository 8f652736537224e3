using IoMerge.Backends;
using IoMerge.Benchmark.Matrix.InProcess;
using IoMerge.Benchmark.Matrix.Workloads;

namespace IoMerge.Benchmark.Tests.Matrix.InProcess;

/// <summary>Where the streams of a workload go.</summary>
public sealed class OffsetWalkTests
{
    private const long Size = 64 << 10;

    [Theory]
    [InlineData("seqread-16k", new long[] { 0, 16, 32, 48, 0 })]
    [InlineData("reverseread-16k", new long[] { 48, 32, 16, 0, 48 })]
    [InlineData("stridedread-8k-qd1-stride24k", new long[] { 0, 24, 48, 0, 24 })]
    public void Order_IsThatOfTheWorkload_AndBeginsAgainAtTheEnd(string name, long[] kib) =>
        Assert.Equal(kib, Offsets(name, 0, kib.Length).Select(offset => offset >> 10));

    [Theory]
    [InlineData("streams4-read-4k")]
    [InlineData("streams4-reversewrite-4k")]
    [InlineData("streams3-stridedread-4k")]
    public void Streams_StayInPartsOfTheirOwn(string name)
    {
        int streams = WorkloadName.Parse(name).Streams;
        HashSet<long>[] parts =
            [.. Enumerable.Range(0, streams).Select(stream => Offsets(name, stream, 100).ToHashSet())];

        for (int i = 0; i < streams; i++)
        for (int j = 0; j < i; j++)
            Assert.Empty(parts[i].Intersect(parts[j]));
    }

    [Theory]
    [InlineData("randread-4k")]
    [InlineData("hotread-4k-qd1-hot16k")]
    [InlineData("streams3-read-4k")]
    [InlineData("stridedread-4k-qd1-stride12k")]
    [InlineData("reverseread-12k")]
    public void NoRequest_PassesTheEnd(string name)
    {
        var spec = WorkloadName.Parse(name);
        var walk = new OffsetWalk(spec, spec.Streams - 1, Size, 512, 1);

        for (int i = 0; i < 1000; i++)
            Assert.InRange(walk.Next().Extent.End, 1, Size);
    }

    [Fact]
    public void HotRequests_OverlapInPart()
    {
        long[] offsets = [.. Offsets("hotread-4k-qd1-hot16k", 0, 200)];

        Assert.All(offsets, offset => Assert.InRange(offset, 0, (16 << 10) - 4096));
        Assert.Contains(offsets, offset => offset % 4096 != 0);
    }

    [Fact]
    public void TheSameSeed_GivesTheSameWalk_AndAnotherAnother()
    {
        Assert.Equal(Offsets("randread-4k", 0, 50, seed: 7), Offsets("randread-4k", 0, 50, seed: 7));
        Assert.NotEqual(Offsets("randread-4k", 0, 50, seed: 7), Offsets("randread-4k", 0, 50, seed: 8));
        Assert.NotEqual(Offsets("randread-4k", 0, 50, seed: 7), Offsets("randread-4k", 1, 50, seed: 7));
    }

    [Fact]
    public void Mix_IsAboutWhatItsNameSays()
    {
        var walk = new OffsetWalk(WorkloadName.Parse("randmix70-4k"), 0, Size, 512, 1);

        int reads = Enumerable.Range(0, 10_000).Count(_ => walk.Next().Kind == IoKind.Read);

        Assert.InRange(reads, 6_800, 7_200);
    }

    [Fact]
    public void Flushes_ComeAfterSoManyWrites()
    {
        var walk = new OffsetWalk(WorkloadName.Parse("seqwrite-4k-qd1-fsync2"), 0, Size, 512, 1);

        Assert.Equal(
            [IoKind.Write, IoKind.Write, IoKind.Flush, IoKind.Write, IoKind.Write, IoKind.Flush],
            Enumerable.Range(0, 6).Select(_ => walk.Next().Kind));
    }

    [Theory]
    [InlineData("seqread-64k", true)]
    [InlineData("seqread-128k", false)]
    [InlineData("streams2-read-64k", false)]
    public void Room_IsJudgedByThePartOfTheStream(string name, bool hasRoom) =>
        Assert.Equal(hasRoom, new OffsetWalk(WorkloadName.Parse(name), 0, Size, 512, 1).HasRoom);

    private static IEnumerable<long> Offsets(string name, int stream, int count, int seed = 1)
    {
        var walk = new OffsetWalk(WorkloadName.Parse(name), stream, Size, 512, seed);
        return [.. Enumerable.Range(0, count).Select(_ => walk.Next().Extent.Offset)];
    }
}
