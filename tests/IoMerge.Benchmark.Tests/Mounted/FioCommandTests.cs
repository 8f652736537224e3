using IoMerge.Benchmark.Mounted.Fio;
using IoMerge.Benchmark.Mounted.Programs;
using IoMerge.Benchmark.Mounted.Stores;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Tests.Mounted;

/// <summary>What fio is told for each pattern.</summary>
public sealed class FioCommandTests
{
    private static readonly FioCommand.Place s_place = new("/mnt/disk", 1 << 20, TimeSpan.FromSeconds(0.2));

    [Theory]
    [InlineData(AccessPattern.Sequential, 100, "--rw=read")]
    [InlineData(AccessPattern.Sequential, 0, "--rw=write")]
    [InlineData(AccessPattern.Sequential, 70, "--rw=rw")]
    [InlineData(AccessPattern.Random, 100, "--rw=randread")]
    [InlineData(AccessPattern.Random, 0, "--rw=randwrite")]
    [InlineData(AccessPattern.Random, 70, "--rw=randrw")]
    [InlineData(AccessPattern.Strided, 100, "--rw=read:12288")]
    [InlineData(AccessPattern.Reverse, 0, "--rw=write:-8192")]
    [InlineData(AccessPattern.HotOverlap, 50, "--rw=randrw")]
    public void Pattern_SetsTheDirection(AccessPattern pattern, int readPercent, string expected)
    {
        IReadOnlyList<string> arguments = FioCommand.Of(
            Spec() with { Pattern = pattern, ReadPercent = readPercent, StrideBytes = 16384, HotBytes = 65536 },
            s_place);

        Assert.Contains(expected, arguments);
        Assert.Equal(readPercent is > 0 and < 100, arguments.Contains($"--rwmixread={readPercent}"));
    }

    [Fact]
    public void EveryPattern_GoesPastThePageCacheToTheTargetAlone()
    {
        IReadOnlyList<string> arguments = FioCommand.Of(Spec(), s_place);

        Assert.All(
            ["--filename=/mnt/disk", "--ioengine=libaio", "--direct=1", "--norandommap", "--time_based",
                "--runtime=200ms", "--bs=4096", "--iodepth=32", "--numjobs=1", "--size=1048576", "--group_reporting=0",
                "--allow_file_create=0"],
            argument => Assert.Contains(argument, arguments));
        Assert.DoesNotContain(arguments, argument => argument.StartsWith("--fsync", StringComparison.Ordinal));
    }

    [Fact]
    public void AnImage_IsReachedByFiosOwnEngine_WithTheClustersConfiguration()
    {
        CephImageName image = CephImageName.Parse("rbd:pool/disk,conf=/etc/my.conf,id=web,cache,ioscheduler")!;

        IReadOnlyList<string> arguments = FioCommand.Of(Spec(), s_place with { Image = image });
        CommandWords command = new CommandWords("fio", arguments).With(image.Environment);

        Assert.All(["--ioengine=rbd", "--pool=pool", "--rbdname=disk", "--clientname=web", "--size=1048576"],
            argument => Assert.Contains(argument, arguments));
        Assert.DoesNotContain(arguments, argument => argument.StartsWith("--filename", StringComparison.Ordinal));
        Assert.StartsWith("env CEPH_CONF=/etc/my.conf fio ", command.ToString(), StringComparison.Ordinal);
        Assert.Empty(CephImageName.Parse("rbd:pool/disk")!.Environment);
    }

    [Fact]
    public void SequentialStreams_HaveAPartEach_OfWholeBlocks()
    {
        IReadOnlyList<string> arguments = FioCommand.Of(Spec() with { Streams = 3 }, s_place);

        // A third of 256 blocks is 85 blocks.
        Assert.Contains("--size=348160", arguments);
        Assert.Contains("--offset_increment=348160", arguments);
    }

    [Fact]
    public void RandomStreams_ShareTheWhole()
    {
        IReadOnlyList<string> arguments =
            FioCommand.Of(Spec() with { Streams = 3, Pattern = AccessPattern.Random }, s_place);

        Assert.Contains("--size=1048576", arguments);
        Assert.DoesNotContain(arguments, a => a.StartsWith("--offset_increment", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(4096, 512)]
    [InlineData(16384, 4096)]
    public void HotOverlap_StartsCloserTogetherThanRequestsAreLong(int block, int step)
    {
        IReadOnlyList<string> arguments = FioCommand.Of(
            Spec() with { Pattern = AccessPattern.HotOverlap, HotBytes = 65536, BlockBytes = block }, s_place);

        Assert.Contains("--size=65536", arguments);
        Assert.Contains($"--blockalign={step}", arguments);
    }

    [Fact]
    public void Flushes_AreAskedFor() =>
        Assert.Contains("--fsync=8", FioCommand.Of(Spec() with { ReadPercent = 0, FlushEvery = 8 }, s_place));

    [Fact]
    public void AColonInThePath_IsNoBorderBetweenFiles() => Assert.Contains(
        @"--filename=/mnt/a\:b", FioCommand.Of(Spec(), s_place with { File = "/mnt/a:b" }));

    [Fact]
    public void AJobFile_IsPointedAtTheTarget_AndKeepsTheRest()
    {
        const string Text = """
            [global]
            filename = /dev/sda
            bs=8k
            runtime=60
            time_based
            [one]
            rw=randread
            directory=/tmp
            """;

        string[] lines = FioJobFile.Redirect(Text, s_place).Split('\n');

        Assert.Equal(
            ["[global]", "filename=/mnt/disk", "allow_file_create=0", "time_based", "runtime=200ms", "[global]",
                "bs=8k", "[one]", "rw=randread"], lines);
    }

    private static WorkloadSpec Spec() => new() { Name = "w", Description = "A workload." };
}
