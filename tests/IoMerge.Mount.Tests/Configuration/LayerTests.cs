using System.Collections;
using IoMerge.Backends.Local;
using IoMerge.Mount.Configuration;

namespace IoMerge.Mount.Tests.Configuration;

/// <summary>Which source wins, and what is said about where a value comes from.</summary>
public sealed class LayerTests
{
    private const string Defaults = """
        {
          "Scheduler": { "Depth": 1, "QueueMaxRequests": 11, "Policy": "Fifo" },
          "Volumes": { "disk": { "Backend": { "Kind": "memory" }, "Scheduler": { "Policy": "Scan" } } }
        }
        """;

    [Fact]
    public void Value_InSeveralLayers_IsThatOfTheStrongest()
    {
        using var file = new TemporaryFile("{ \"Scheduler\": {\n \"Depth\": 2, \"Merge\": { \"MaxRequests\": 22 } } }");
        ConfigurationResult result = ConfigurationTesting.Load(
            new CommandLineSettings { ConfigFile = file.Path, Sets = ["Scheduler:Depth=4"] }, Defaults,
            new Hashtable { ["IOMERGE_Scheduler__Depth"] = "3", ["IOMERGE_Scheduler__Hold__MaxUs"] = "33" });

        Assert.Empty(result.Faults);
        Assert.Equal(("4", "--set"), Effective(result, "Scheduler:Depth"));
        Assert.Equal(("33", "environment IOMERGE_Scheduler__Hold__MaxUs"), Effective(result, "Scheduler:Hold:MaxUs"));
        Assert.Equal(("22", $"{file.Path}:2"), Effective(result, "Scheduler:Merge:MaxRequests"));
        Assert.Equal("11", Effective(result, "Scheduler:QueueMaxRequests").Value);
        Assert.Equal(("30000", "default"), Effective(result, "Scheduler:DrainTimeoutMs"));
    }

    [Fact]
    public void Volume_ThatSaysNothing_TakesTheCommonSetting()
    {
        ConfigurationResult result = ConfigurationTesting.Load(
            new CommandLineSettings { Sets = ["Volumes:disk:Scheduler:Depth=7"] }, Defaults);

        IoMergeOptions options = result.Options!;
        Assert.Equal(7, options.Volumes[0].Scheduler.Depth);
        Assert.Equal(1, options.Scheduler.Depth);
        Assert.Equal(11, options.Volumes[0].Scheduler.QueueMaxRequests);
        Assert.Equal("Scan", options.Volumes[0].Scheduler.Policy);
        Assert.Equal(("7", "--set"), Effective(result, "Volumes:disk:Scheduler:Depth"));
    }

    [Fact]
    public void PolicyOption_WithPoliciesOfVolumes_WinsForAll()
    {
        ConfigurationResult result = ConfigurationTesting.Load(
            new CommandLineSettings { Policy = "none" }, Defaults);

        Assert.Equal("None", result.Options!.Volumes[0].Scheduler.Policy);
        Assert.Equal("--policy", Effective(result, "Volumes:disk:Scheduler:Policy").Origin);
    }

    [Fact]
    public void VolumeOption_WithShippedVolumes_TakesTheirPlace()
    {
        ConfigurationResult result = ConfigurationTesting.Load(
            new CommandLineSettings { Volumes = ["data=memory:1MiB"] }, Defaults);

        Assert.Equal("data", Assert.Single(result.Options!.Volumes).Name);
    }

    [Fact]
    public void VolumeOption_OfANameInTheFile_ReplacesItsStoreAndKeepsTheRest()
    {
        using var file = new TemporaryFile("""
            { "Volumes": {
                "a": { "Mode": "0640", "Backend": { "Kind": "file", "Path": "/x", "Workers": 3 } },
                "b": { "Backend": { "Kind": "memory" } } } }
            """);

        ConfigurationResult result = ConfigurationTesting.Load(
            new CommandLineSettings { ConfigFile = file.Path, Volumes = ["a=memory:1MiB"] }, Defaults);

        Assert.Empty(result.Faults);
        Assert.Equal(["a", "b"], result.Options!.Volumes.Select(volume => volume.Name));
        Assert.IsType<MemoryBackendOptions>(result.Options.Volumes[0].Backend.Options);
        Assert.Equal(Convert.ToUInt32("0640", 8), result.Options.Volumes[0].Options.Mode);
    }

    [Fact]
    public void Environment_WithSingleUnderscores_IsRefusedWithTheRightName()
    {
        ConfigurationResult result = ConfigurationTesting.Load(
            new CommandLineSettings(), Defaults, new Hashtable { ["IOMERGE_SCHEDULER_DEPTH"] = "3" });

        ConfigurationFault fault = Assert.Single(result.Faults);
        Assert.Equal("IOMERGE_SCHEDULER_DEPTH", fault.Key);
        Assert.Contains("IOMERGE_Scheduler__Depth", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Environment_OfOthers_IsLeftAlone() => Assert.Empty(ConfigurationTesting.Load(new CommandLineSettings(),
        Defaults, new Hashtable { ["PATH"] = "/bin", ["IOMERGE_SEED"] = "5" }).Faults);

    [Fact]
    public void Environment_WithUnknownKey_IsRefusedWithItsOrigin()
    {
        ConfigurationResult result = ConfigurationTesting.Load(
            new CommandLineSettings(), Defaults, new Hashtable { ["IOMERGE_Scheduler__Depht"] = "3" });

        Assert.Equal("environment IOMERGE_Scheduler__Depht", Assert.Single(result.Faults).Origin);
    }

    [Fact]
    public void ReadOnlyMount_ForVolumesThatSayNothing_MakesThemReadOnly() => Assert.True(ConfigurationTesting.Load(
        new CommandLineSettings { Sets = ["Mount:ReadOnly=true"] }, Defaults).Options!.Volumes[0].Options.ReadOnly);

    [Fact]
    public void OwnerAndGroup_ByName_AreResolved()
    {
        ConfigurationResult result = ConfigurationTesting.Load(new CommandLineSettings
        {
            Sets = ["Volumes:disk:Owner=root", "Volumes:disk:Group=12345", "Volumes:disk:Mode=0664"],
        }, Defaults);

        Assert.Equal(0u, result.Options!.Volumes[0].Options.Uid);
        Assert.Equal(12345u, result.Options.Volumes[0].Options.Gid);
        Assert.Equal(Convert.ToUInt32("0664", 8), result.Options.Volumes[0].Options.Mode);
    }

    [Fact]
    public void Decorators_InAFile_KeepTheirOrder()
    {
        using var file = new TemporaryFile("""
            { "Volumes": { "a": { "Backend": { "Kind": "memory" }, "Decorators": [
                { "Kind": "delay", "ReadDelayUs": 5 }, { "Kind": "Verify" },
                { "Kind": "error", "Kinds": "Read, Flush" } ] } } }
            """);

        ConfigurationResult result = ConfigurationTesting.Load(new CommandLineSettings { ConfigFile = file.Path });

        Assert.Empty(result.Faults);
        Assert.Equal(["delay", "verify", "error"], result.Options!.Volumes[0].Decorators.Select(d => d.Kind));
        Assert.Equal(("5", $"{file.Path}:2"), Effective(result, "Volumes:a:Decorators:0:ReadDelayUs"));
        Assert.Equal("Read,Flush", Effective(result, "Volumes:a:Decorators:2:Kinds").Value);
    }

    [Fact]
    public void Key_TwiceInOneFile_IsRefusedWithTheLineOfTheSecond()
    {
        using var file = new TemporaryFile("{ \"Scheduler\": {\n\"Depth\": 2,\n\"DEPTH\": 3 } }");

        ConfigurationResult result = ConfigurationTesting.Load(
            new CommandLineSettings { ConfigFile = file.Path }, Defaults);

        Assert.Equal($"{file.Path}:3", Assert.Single(result.Faults).Origin);
    }

    private static (string Value, string Origin) Effective(ConfigurationResult result, string key)
    {
        EffectiveSetting setting = result.Effective.Single(s => s.Key == key);
        return (setting.Value, setting.Origin);
    }
}
