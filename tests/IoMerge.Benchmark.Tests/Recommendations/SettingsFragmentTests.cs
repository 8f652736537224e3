using System.Text.Json;
using IoMerge.Benchmark.Recommendations;

namespace IoMerge.Benchmark.Tests.Recommendations;

/// <summary>Settings as a piece of appsettings.json.</summary>
public sealed class SettingsFragmentTests
{
    [Fact]
    public void Keys_BecomeSections_AndValuesWhatJsonHas()
    {
        string fragment = SettingsFragment.Write(new Dictionary<string, string>
        {
            ["Scheduler:Policy"] = "Scan",
            ["Scheduler:Merge:MaxBytes"] = "128KiB",
            ["Scheduler:Merge:Level"] = "All",
            ["Scheduler:Depth"] = "8",
            ["Scheduler:Deadline:FrontMerges"] = "false",
        });

        JsonElement scheduler = JsonDocument.Parse(fragment).RootElement.GetProperty("Scheduler");
        Assert.Equal("Scan", scheduler.GetProperty("Policy").GetString());
        Assert.Equal("128KiB", scheduler.GetProperty("Merge").GetProperty("MaxBytes").GetString());
        Assert.Equal("All", scheduler.GetProperty("Merge").GetProperty("Level").GetString());
        Assert.Equal(8, scheduler.GetProperty("Depth").GetInt32());
        Assert.False(scheduler.GetProperty("Deadline").GetProperty("FrontMerges").GetBoolean());
    }

    [Fact]
    public void NoSettings_AreAnEmptyObject() =>
        Assert.Equal("{}", SettingsFragment.Write(new Dictionary<string, string>()));
}
