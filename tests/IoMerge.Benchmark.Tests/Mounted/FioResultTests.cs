using HdrHistogram;
using IoMerge.Benchmark.Mounted.Fio;

namespace IoMerge.Benchmark.Tests.Mounted;

/// <summary>fio's own output, as recorded from fio 3.33, is read right.</summary>
public sealed class FioResultTests
{
    [Fact]
    public void RecordedOutput_Parsed_HasEachJobWithItsFigures()
    {
        FioResult result = FioResult.Parse(Recorded());

        Assert.Equal("fio-3.33", result.Version);
        Assert.Equal(["stream 1", "stream 2"], result.Jobs.Select(job => job.Name));
        Assert.All(result.Jobs, job => Assert.Equal((25, 25 * 4096, 0), (job.Requests, job.Bytes, job.Errors)));
        Assert.All(result.Jobs, job => Assert.InRange(job.Seconds, 0.001, 60));
    }

    [Fact]
    public void RecordedOutput_Latency_IsThatOfReadsAndWritesOfAllJobs()
    {
        FioResult result = FioResult.Parse(Recorded());

        Assert.Equal(50, result.Latency().TotalCount);
        // fio's own extremes, which its bins tell to within 1.6 %.
        Assert.InRange(result.Latency().GetMaxValue(), 6492656 * 0.98, 6492656 * 1.02);
        Assert.All(result.Jobs, job => Assert.Equal(25, job.Latency.TotalCount));
    }

    [Fact]
    public void RemarksBeforeTheJson_ArePassedOver()
    {
        string output = "note: something about {engines}\n" + Recorded();

        Assert.Equal(2, FioResult.Parse(output).Jobs.Count);
    }

    [Fact]
    public void AJobWithErrors_SaysHowMany()
    {
        string output = Recorded().Replace("\"total_err\" : 0", "\"total_err\" : 3", StringComparison.Ordinal);

        Assert.Equal(6, FioResult.Parse(output).Jobs.Sum(job => job.Errors));
    }

    [Theory]
    [InlineData("")]
    [InlineData("fio: unknown option\n")]
    [InlineData("{ \"fio version\" : \"fio-3.33\", \"jobs\" : [")]
    public void WhatIsNoResult_IsRefused(string output) =>
        Assert.Throws<InvalidDataException>(() => FioResult.Parse(output));

    private static string Recorded()
    {
        using Stream sample = typeof(FioResultTests).Assembly.GetManifestResourceStream("fio-3.33.json")!;
        using var reader = new StreamReader(sample);
        return reader.ReadToEnd();
    }
}
