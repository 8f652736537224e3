using System.Collections;
using IoMerge.Backends.Local;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Fuse;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Tests.Configuration;

public sealed class AppSettingsTests
{
    private static readonly ConfigurationResult s_result =
        ConfigurationTesting.LoadText(ConfigurationTesting.AppSettings);

    [Fact]
    public void AppSettings_AsShipped_IsValid() => Assert.Empty(s_result.Faults);

    [Fact]
    public void AppSettings_AsShipped_HasEveryDefault()
    {
        IoMergeOptions options = s_result.Options!;

        Assert.Equal(new MountOptions(), options.Mount);
        Assert.Equal(new FuseOptions(), options.Fuse);
        Assert.Equal(new SchedulerOptions(), options.Scheduler);
        Assert.Equal(new LoggingOptions().LogLevel, options.Logging.LogLevel);
        VolumeConfiguration disk = Assert.Single(options.Volumes);
        Assert.Equal("disk", disk.Name);
        Assert.Equal(new MemoryBackendOptions(), disk.Backend.Options);
        Assert.Equal(1L << 30, ((MemoryBackendOptions)disk.Backend.Options).Size.Bytes);
        Assert.Equal(new VolumeAccess(), disk.Access);
        Assert.Empty(disk.Decorators);
    }

    [Fact]
    public void AppSettings_AsShipped_SpellsOutEveryCommonSetting()
    {
        foreach (EffectiveSetting setting in s_result.Effective)
            Assert.True(setting.Origin != "default", $"{setting.Key} is missing in appsettings.json");
    }

    [Fact]
    public void Defaults_WithoutAnyFile_AreThoseOfTheShippedFile()
    {
        ConfigurationResult bare = ConfigurationLoader.Load(
            new CommandLineSettings { Volumes = ["disk=memory:1GiB"] }, "/nonexistent", new Hashtable());

        Assert.Equal(
            s_result.Effective.Select(s => (s.Key, s.Value)), bare.Effective.Select(s => (s.Key, s.Value)));
    }
}
