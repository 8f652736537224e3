using IoMerge.Benchmark.Matrix.Workloads;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Tests.Matrix.Workloads;

/// <summary>The grammar of workloads' names.</summary>
public sealed class WorkloadNameTests
{
    [Theory]
    [InlineData("seqread-4k-qd32", AccessPattern.Sequential, 100, 4096, 32, 1)]
    [InlineData("randwrite-2m-qd128", AccessPattern.Random, 0, 2 << 20, 128, 1)]
    [InlineData("streams8-read-4k-qd4", AccessPattern.Sequential, 100, 4096, 4, 8)]
    [InlineData("streams2-randmix70-512-qd1", AccessPattern.Random, 70, 512, 1, 2)]
    [InlineData("reversewrite-64k-qd2", AccessPattern.Reverse, 0, 65536, 2, 1)]
    public void Name_SaysPatternDirectionSizeDepthAndStreams(
        string name, AccessPattern pattern, int readPercent, int block, int depth, int streams)
    {
        WorkloadSpec spec = WorkloadName.Parse(name);

        Assert.Equal((pattern, readPercent, block, depth, streams),
            (spec.Pattern, spec.ReadPercent, spec.BlockBytes, spec.Depth, spec.Streams));
        Assert.Equal(name, spec.Name);
    }

    [Theory]
    [InlineData("seqread", "seqread-4k-qd32")]
    [InlineData("read", "seqread-4k-qd32")]
    [InlineData("SEQREAD-4096", "seqread-4k-qd32")]
    [InlineData("streams1-read-1024k", "seqread-1m-qd32")]
    [InlineData("stridedread-8k", "stridedread-8k-qd32-stride16k")]
    [InlineData("hotmix50", "hotmix50-4k-qd32-hot256k")]
    public void ShortNames_StandForFullOnes(string text, string name) =>
        Assert.Equal(name, WorkloadName.Parse(text).Name);

    [Fact]
    public void SpecialParts_AreUnderstood()
    {
        Assert.Equal(65536, WorkloadName.Parse("stridedread-4k-qd1-stride64k").StrideBytes);
        Assert.Equal(8192, WorkloadName.Parse("hotread-4k-qd1-hot8k").HotBytes);
        Assert.Equal(16, WorkloadName.Parse("randwrite-4k-qd8-fsync16").FlushEvery);
    }

    [Fact]
    public void AnyName_ParsedAndFormatted_IsTheSame()
    {
        Assert.All(WorkloadCatalog.All, spec => Assert.Equal(spec, WorkloadName.Parse(WorkloadName.Format(spec))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("seqraed-4k")]
    [InlineData("seqread-4k-4k")]
    [InlineData("seqread-4k-qd32-qd32")]
    [InlineData("seqread-qd32-4k")]
    [InlineData("seqread-4k-stride8k")]
    [InlineData("seqread-0")]
    [InlineData("seqread-511")]
    [InlineData("seqread-17m")]
    [InlineData("seqread-9999999999999g")]
    [InlineData("seqread-4k-qd0")]
    [InlineData("seqread-4k-qd1025")]
    [InlineData("seqread-4k-qd-1")]
    [InlineData("streams0-read")]
    [InlineData("streams129-read")]
    [InlineData("randmix101")]
    [InlineData("randmix")]
    [InlineData("seqread-fsync4")]
    [InlineData("stridedread-8k-stride4k")]
    [InlineData("hotread-8k-hot4k")]
    [InlineData("streams128-read-2m-qd128")]
    public void WhatIsNoWorkload_IsRefusedWithItsNameAndTheGrammar(string text)
    {
        FormatException exception = Assert.Throws<FormatException>(() => WorkloadName.Parse(text));

        Assert.Contains($"\"{text}\"", exception.Message, StringComparison.Ordinal);
        Assert.Contains("[streamsN-]", exception.Message, StringComparison.Ordinal);
    }
}
