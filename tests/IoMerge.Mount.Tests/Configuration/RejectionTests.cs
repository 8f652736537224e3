using IoMerge.Mount.Configuration;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Tests.Configuration;

/// <summary>Every rule has a value that it rejects, and the fault names key, value and rule.</summary>
public sealed class RejectionTests
{
    private static readonly string[] s_badValues =
        ["", "-1", "abc", "1.5.1", "99999999999999999999999", "4097", "1KB", "\0", "9999", "Off|On", "NaN"];

    // Their rule is that anything may be written.
    private static readonly string[] s_free = [];

    public static TheoryData<string> CommonKeys => [.. OptionsReader.CommonKeys];

    [Theory]
    [MemberData(nameof(CommonKeys))]
    public void Setting_WithBadValue_IsRefusedWithKeyValueAndRule(string key)
    {
        string rule = FindKnob(key).Rule;
        int refused = 0;
        foreach (string value in s_badValues)
        {
            ConfigurationResult result = ConfigurationTesting.LoadSets($"{key}={value}");
            if (result.Options is not null)
                continue;
            ConfigurationFault fault = Assert.Single(result.Faults);
            Assert.Equal(key, fault.Key);
            Assert.Equal(value, fault.Value);
            Assert.Contains(rule, fault.Rule, StringComparison.Ordinal);
            Assert.Equal("--set", fault.Origin);
            refused++;
        }
        Assert.True(refused > 0 || s_free.Contains(key), $"{key} takes everything");
    }

    [Theory]
    [InlineData("Scheduler:Depth", "1", "1024", "0", "1025")]
    [InlineData("Scheduler:QueueMaxRequests", "1", "1048576", "0", "1048577")]
    [InlineData("Scheduler:QueueMaxBytes", "4KiB", "1TiB", "4095", "2TiB")]
    [InlineData("Scheduler:DrainTimeoutMs", "0", "3600000", "-1", "3600001")]
    [InlineData("Scheduler:Merge:MaxBytes", "4KiB", "1GiB", "4095", "1025MiB")]
    [InlineData("Scheduler:Merge:MaxRequests", "1", "4096", "0", "4097")]
    [InlineData("Scheduler:Merge:MaxSegments", "1", "1024", "0", "1025")]
    [InlineData("Scheduler:Merge:ReadGapBytes", "0", "16MiB", "-1", "17MiB")]
    [InlineData("Scheduler:Merge:Boundary", "0", "64KiB", "511", "513")]
    [InlineData("Scheduler:Hold:MaxUs", "0", "1000000", "-1", "1000001")]
    [InlineData("Scheduler:Scan:MaxAgeMs", "1", "3600000", "0", "3600001")]
    [InlineData("Scheduler:Deadline:ReadExpireMs", "1", "3600000", "0", "3600001")]
    [InlineData("Scheduler:Deadline:WriteExpireMs", "1", "3600000", "0", "3600001")]
    [InlineData("Scheduler:Deadline:FifoBatch", "1", "4096", "0", "4097")]
    [InlineData("Scheduler:Deadline:WritesStarved", "0", "4096", "-1", "4097")]
    [InlineData("Fuse:Readers", "0", "64", "-1", "65")]
    [InlineData("Fuse:MaxBackground", "1", "65535", "0", "65536")]
    [InlineData("Fuse:MaxWrite", "4KiB", "16MiB", "4095", "4100")]
    [InlineData("Fuse:PollUs", "0", "1000", "-1", "1001")]
    [InlineData("Mount:BusyTimeoutMs", "0", "3600000", "-1", "3600001")]
    public void Range_AtItsEnds_IsTakenAndBeyondRefused(
        string key, string lowest, string highest, string below, string above)
    {
        Assert.Empty(ConfigurationTesting.LoadSets($"{key}={lowest}").Faults);
        Assert.Empty(ConfigurationTesting.LoadSets($"{key}={highest}").Faults);
        Assert.Single(ConfigurationTesting.LoadSets($"{key}={below}").Faults);
        Assert.Single(ConfigurationTesting.LoadSets($"{key}={above}").Faults);
    }

    [Theory]
    [InlineData("Volumes:v:Mode", "0888")]
    [InlineData("Volumes:v:Mode", "1777")]
    [InlineData("Volumes:v:Mode", "-600")]
    [InlineData("Volumes:v:Owner", "no-such-user-here")]
    [InlineData("Volumes:v:Owner", "4294967295")]
    [InlineData("Volumes:v:Group", "no-such-group-here")]
    [InlineData("Volumes:v:ReadOnly", "maybe")]
    [InlineData("Volumes:v:Backend:Size", "0")]
    [InlineData("Volumes:v:Backend:Size", "-1")]
    [InlineData("Volumes:v:Backend:Size", "65TiB")]
    [InlineData("Volumes:v:Backend:MaxSize", "2GiB")]
    [InlineData("Volumes:v:Backend:Kind", "tape")]
    [InlineData("Volumes:v:Scheduler:Depth", "0")]
    [InlineData("Volumes:v:Decorators", "delay")]
    [InlineData("Volumes:v:Decorators:0:Kind", "dealy")]
    [InlineData("Logging:LogLevel:Default", "Loud")]
    public void VolumeSetting_WithBadValue_IsRefusedByName(string key, string value)
    {
        ConfigurationFault fault = Assert.Single(ConfigurationTesting.LoadSets($"{key}={value}").Faults);

        Assert.Equal(key, fault.Key);
        Assert.Equal(value, fault.Value);
    }

    [Theory]
    [InlineData("delay:ReadDelayUs=-1")]
    [InlineData("delay:Seed=x")]
    [InlineData("error:Rate=1.1")]
    [InlineData("error:Rate=NaN")]
    [InlineData("error:Kinds=Read,Wriet")]
    [InlineData("error:Error=EWHATEVER")]
    [InlineData("error:Nth=-1")]
    [InlineData("ratelimit:OperationsPerSecond=-1")]
    [InlineData("ratelimit:BurstMs=60001")]
    [InlineData("verify:MaxBytes=1")]
    public void DecoratorSetting_WithBadValue_IsRefusedByName(string setting)
    {
        string[] parts = setting.Split(':', '=');
        const string Section = "Volumes:v:Decorators:0";

        ConfigurationResult result = ConfigurationTesting.LoadSets(
            $"{Section}:Kind={parts[0]}", $"{Section}:{parts[1]}={parts[2]}");

        Assert.Equal($"{Section}:{parts[1]}", Assert.Single(result.Faults).Key);
    }

    [Theory]
    [InlineData("Scheduler:Depht", "Depth")]
    [InlineData("Scheduler:MaxBytes", "Merge:MaxBytes")]
    [InlineData("Schedular:Depth", "Scheduler")]
    [InlineData("Mount:AlowOther", "AllowOther")]
    [InlineData("Fuse:DirectMod", "DirectMode")]
    [InlineData("Volumes:v:Backnd:Size", "Backend")]
    [InlineData("Volumes:v:Backend:Siez", "Size")]
    [InlineData("Volumes:v:Moed", "Mode")]
    [InlineData("Logging:LogLevle", "LogLevel")]
    public void Key_Misspelt_IsRefusedWithTheNearestName(string key, string meant)
    {
        ConfigurationFault fault = Assert.Single(ConfigurationTesting.LoadSets($"{key}=1").Faults);

        Assert.StartsWith(fault.Key, key, StringComparison.Ordinal);
        Assert.Contains($"did you mean {meant}?", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_Misspelt_IsRefusedWithTheNearestNameAndAllNames()
    {
        ConfigurationFault fault = Assert.Single(ConfigurationTesting.LoadSets("Scheduler:Policy=Deadlien").Faults);

        Assert.Contains("did you mean Deadline?", fault.Rule, StringComparison.Ordinal);
        Assert.All(DispatchPolicyFactory.Names, name => Assert.Contains(name, fault.Rule, StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_OfManyKinds_AreAllToldAtOnce()
    {
        ConfigurationResult result = ConfigurationTesting.Load(new CommandLineSettings
        {
            Volumes = [ConfigurationTesting.MinimalVolume, "x=fil:/y"],
            Sets = ["Scheduler:Depth=0", "Fuse:Reader=1", "nonsense"],
            Policy = "Elevator",
        });

        Assert.Equal(5, result.Faults.Count);
        Assert.Null(result.Options);
    }

    [Fact]
    public void Enumeration_GivenAsNumber_IsRefused() =>
        Assert.Single(ConfigurationTesting.LoadSets("Fuse:DirectMode=0").Faults);

    private static KnobInfo FindKnob(string key)
    {
        string section = key.Split(':')[0];
        IKnobTable table = OptionsReader.CommonTables.Single(t => t.Section == section).Table;
        return table.Knobs.Single(knob => $"{section}:{knob.Name}" == key);
    }
}
