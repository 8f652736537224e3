using IoMerge.Backends;
using IoMerge.Mount.Hosting;
using IoMerge.Mount.Tests.Fuse.Support;
using IoMerge.Mount.Volumes;
using IoMerge.Scheduler;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Tests.Hosting;

/// <summary>Settings of volumes that are served change together or not at all, each on top of its own.</summary>
public sealed class VolumeTunerTests
{
    private readonly RememberedLog _log = new();
    private readonly Volume[] _volumes = [Open("one", 1), Open("two", 2)];

    [Fact]
    public void Tune_OfTwoVolumes_ChangesBothAndKeepsTheirOtherSettings()
    {
        Assert.Equal(Errno.None, new VolumeTuner(_log).Tune(_volumes, "Policy=Scan\nMerge:Level=Off\n", 7, 8));

        Assert.All(_volumes, volume => Assert.Equal(
            ("Scan", MergeLevel.Off), (volume.Scheduler.Options.Policy, volume.Scheduler.Options.Merge.Level)));
        Assert.Equal([1, 2], _volumes.Select(volume => volume.Scheduler.Options.Depth));
        Assert.Equal(2, _log.Lines.Count);
        Assert.Equal((LogLevel.Information, "volume two: settings changed by user 7 (pid 8), until it is unmounted: "
            + "Policy Deadline -> Scan, Merge:Level All -> Off"), _log.Lines[1]);
    }

    [Theory]
    [InlineData("Policy=Scan\nDepth=0", "a whole number from 1 to 1024")]
    [InlineData("Policy=Scan\nQueueMaxBytes=1GiB", "cannot be changed while mounted")]
    [InlineData("", "KEY=VALUE")]
    [InlineData("\n \n", "KEY=VALUE")]
    public void Tune_WithAFault_ChangesNothing_AndSaysWhyInOneLine(string settings, string rule)
    {
        Assert.Equal(Errno.EINVAL, new VolumeTuner(_log).Tune(_volumes, settings, 0, 1));

        Assert.All(_volumes, volume => Assert.Equal("Deadline", volume.Scheduler.Options.Policy));
        (LogLevel level, string text) = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains(rule, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Tune_WithAThousandFaults_KeepsTheLineShort()
    {
        string settings = string.Concat(Enumerable.Repeat("x\n", 1000));

        Assert.Equal(Errno.EINVAL, new VolumeTuner(_log).Tune(_volumes, settings, 0, 1));

        string text = Assert.Single(_log.Lines).Text;
        Assert.EndsWith("and 992 more", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 1, 2000);
    }

    [Fact]
    public void Tune_ByTwoAtATime_LosesNeithersChange()
    {
        var tuner = new VolumeTuner(_log);

        for (int round = 1; round <= 500; round++)
        {
            Parallel.Invoke(
                () => tuner.Tune(_volumes, $"Depth={round}", 0, 1),
                () => tuner.Tune(_volumes, $"Hold:MaxUs={round}", 0, 2));
            Assert.All(_volumes, volume => Assert.Equal(
                (round, round), (volume.Scheduler.Options.Depth, volume.Scheduler.Options.Hold.MaxUs)));
        }
    }

    private static Volume Open(string name, int depth) => new(
        name, new IoScheduler(new FakeStore(4096), new SchedulerOptions { Depth = depth }), new VolumeOptions(),
        TimeProvider.System);
}
