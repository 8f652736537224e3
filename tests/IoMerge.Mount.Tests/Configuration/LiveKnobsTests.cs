using IoMerge.Backends;
using IoMerge.Mount.Configuration;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Tests.Configuration;

/// <summary>Changes of settings while mounted are read by the rules of the configuration, and in its words.</summary>
public sealed class LiveKnobsTests
{
    [Fact]
    public void Read_OfSeveralSettings_ChangesTheseAndNoOther()
    {
        var start = new SchedulerOptions { Depth = 5, Hold = { MaxUs = 77 } };

        SchedulerOptions options = Read(start, "policy=scan", "Scheduler:Merge:MaxBytes=256KiB", "Hold:Mode=Off");

        Assert.Equal(start with
        {
            Policy = "Scan", Merge = start.Merge with { MaxBytes = 256 << 10 },
            Hold = start.Hold with { Mode = HoldMode.Off },
        }, options);
        Assert.Equal(("Deadline", 5), (start.Policy, start.Depth));
    }

    [Fact]
    public void Read_OfEverySettingThatIsListed_WithItsDefault_IsAllowed()
    {
        var defaults = new SchedulerOptions();

        Assert.Equal(defaults, Read(defaults, [.. LiveKnobs.Names.Select(
            name => $"{name}={SchedulerKnobs.Table.Format(defaults, name)}")]));
        Assert.Contains("Depth", LiveKnobs.Names);
    }

    [Theory]
    [InlineData("Depht=8", "Scheduler:Depht = \"8\": is no known setting; did you mean Depth?")]
    [InlineData("MaxBytes=1MiB", "did you mean Merge:MaxBytes?")]
    [InlineData("Depth=0", "Scheduler:Depth = \"0\": must be a whole number from 1 to 1024")]
    [InlineData("Policy=Scam", "did you mean Scan?")]
    [InlineData("Merge=All", "must be a section")]
    [InlineData("Depth:x=8", "is a section, but must be a whole number")]
    [InlineData("Depth", "Depth: must be KEY=VALUE")]
    [InlineData("=8", "=8: must be KEY=VALUE")]
    [InlineData("Scheduler:=8", "must be KEY=VALUE")]
    [InlineData("QueueMaxRequests=1", "QueueMaxRequests = \"1\": cannot be changed while mounted")]
    [InlineData("Scheduler:queuemaxbytes=1GiB", "cannot be changed while mounted")]
    [InlineData("DrainTimeoutMs=1", "cannot be changed while mounted")]
    [InlineData("Fuse:Readers=1", "Fuse:Readers = \"1\": cannot be changed while mounted")]
    [InlineData("Volumes:disk:ReadOnly=true", "cannot be changed while mounted")]
    [InlineData("Depth=\u001b[2J", "Depth = \"?[2J\"")]
    public void Read_OfWhatIsWrong_SaysWhatAndWhatIsAllowed(string setting, string words)
    {
        LiveKnobs.Read([setting], new SchedulerOptions(), out IReadOnlyList<ConfigurationFault> faults);

        Assert.Contains(words, Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfNothing_IsAFault()
    {
        LiveKnobs.Read([], new SchedulerOptions(), out IReadOnlyList<ConfigurationFault> faults);

        Assert.Single(faults);
    }

    [Fact]
    public void Read_OfSeveralFaults_FindsAll()
    {
        LiveKnobs.Read(
            ["Depth=0", "Dept=1", "Fuse:Readers=1", "x", "Policy=Scan"], new SchedulerOptions(),
            out IReadOnlyList<ConfigurationFault> faults);

        Assert.Equal(4, faults.Count);
    }

    [Fact]
    public void Compare_NamesWhatDiffers()
    {
        var before = new SchedulerOptions();

        Assert.Equal("Policy Deadline -> Fifo, Merge:MaxBytes 1MiB -> 4KiB", LiveKnobs.Compare(
            before, before with { Policy = "Fifo", Merge = before.Merge with { MaxBytes = new ByteSize(4096) } }));
        Assert.Equal("nothing, all was so already", LiveKnobs.Compare(before, new SchedulerOptions()));
    }

    private static SchedulerOptions Read(SchedulerOptions start, params string[] settings)
    {
        SchedulerOptions options = LiveKnobs.Read(settings, start, out IReadOnlyList<ConfigurationFault> faults);
        Assert.Empty(faults);
        return options;
    }
}
