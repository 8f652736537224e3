using IoMerge.Benchmark.Origin;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Tests.Origin;

/// <summary>The table of 2013: its figures, its commands, its verdicts.</summary>
public sealed class OriginTests
{
    [Fact]
    public void References_AreThePublishedFigures()
    {
        string[] figures = [.. OriginTable.References.Select(
            figure => $"{figure.Workload} {figure.Strategy} {figure.BytesPerSecond / 1e6}")];

        Assert.Equal(
            ["dd-read original 322", "dd-read patched 382", "dd-write original 277", "dd-write patched 288",
                "aio-read original 380", "aio-read patched 459", "aio-write original 319", "aio-write patched 353"],
            figures);
    }

    [Fact]
    public void Dd_IsCalledAsIn2013() => Assert.Equal(
        "if=/m/disk of=/dev/null bs=2M count=256 iflag=direct",
        string.Join(' ', OriginLoad.DdArguments(true, "/m/disk")));

    [Fact]
    public void AioStress_HasItsDefaults()
    {
        IReadOnlyList<string> arguments = OriginLoad.AioArguments(isRead: false, "/m/disk", passes: 4);

        Assert.All(["--rw=write", "--bs=64k", "--iodepth=64", "--iodepth_batch=1", "--size=536870912", "--direct=1",
                "--loops=4"],
            argument => Assert.Contains(argument, arguments));
    }

    [Theory]
    [InlineData("536870912 bytes (537 MB, 512 MiB) copied, 0.181256 s, 3.0 GB/s", 536870912, 0.181256)]
    [InlineData("256+0 records in\n256+0 records out\n1000 bytes (1.0 kB) copied, 1.2e-05 s, 83 MB/s\n", 1000, 1.2e-05)]
    public void DdsLastLine_IsRead(string messages, long bytes, double seconds) =>
        Assert.Equal((bytes, seconds), DdOutput.Parse(messages));

    [Fact]
    public void WithoutThatLine_DdIsNotBelieved() =>
        Assert.Throws<InvalidDataException>(() => DdOutput.Parse("dd: failed to open '/m/disk'"));

    [Theory]
    [InlineData(100, 150, 200, true)]
    [InlineData(100, 150, 140, false)]  // merged below patched
    [InlineData(100, 90, 200, false)]   // patched below original
    [InlineData(100, 105, 110, false)]  // a gain of 1.1, and 2013 had 1.19
    public void Goal_NeedsTheOrderOfColumns_AndALargerGainThan2013(
        double original, double patched, double merged, bool isMet)
    {
        OriginGain gain = Assert.Single(OriginGain.Of(Report(
            ("original", original), ("patched", patched), ("merged", merged))));

        Assert.Equal(("dd-read", isMet), (gain.Workload, gain.IsMet));
        Assert.Equal(merged / original, gain.MergedByOriginal, 3);
    }

    [Fact]
    public void ARowThatIsNotWhole_HasNoGain() =>
        Assert.Empty(OriginGain.Of(Report(("original", 100), ("merged", 200))));

    private static BenchmarkReport Report(params (string Strategy, double Rate)[] cells) => new()
    {
        FormatVersion = BenchmarkReport.CurrentFormatVersion,
        Title = "",
        Command = "",
        StartedAt = DateTimeOffset.UnixEpoch,
        DurationSeconds = 1,
        IsComplete = true,
        Machine = new MachineFacts("", 1, 1, "", "", "", []),
        Strategies = [],
        Workloads = [],
        Stores = [],
        Cells = [.. cells.Select(cell => new Cell
        {
            Strategy = cell.Strategy,
            Workload = "dd-read",
            Store = "tmpfs",
            Kind = RunKind.Mounted,
            Iops = Measure.Of([1, 1, 1]),
            BytesPerSecond = Measure.Of([cell.Rate, cell.Rate, cell.Rate]),
        })],
    };
}
