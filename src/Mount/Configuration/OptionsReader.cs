using IoMerge.Mount.Volumes;
using IoMerge.Scheduler;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Configuration;

/// <summary>Turns merged settings into options, section by section, and notes everything that is wrong.</summary>
internal static class OptionsReader
{
    private static readonly string[] s_sections = ["Mount", "Fuse", "Scheduler", "Volumes", "Logging"];

    /// <summary>The sections whose keys do not depend on names that the user chose.</summary>
    public static IReadOnlyList<(string Section, IKnobTable Table)> CommonTables { get; } =
        [("Mount", MountKnobs.Table), ("Fuse", FuseKnobs.Table), ("Scheduler", SchedulerKnobs.Table)];

    /// <summary>All settings that do not belong to a particular volume.</summary>
    public static IEnumerable<string> CommonKeys =>
        CommonTables.SelectMany(t => t.Table.Knobs.Select(knob => $"{t.Section}:{knob.Name}"));

    /// <summary>Reads everything. The result is only good when the reader has no faults afterwards.</summary>
    /// <param name="reader">The settings; takes the faults.</param>
    /// <param name="hasOtherFaults">True when a layer could not be read, so that what is missing is no fault.</param>
    public static IoMergeOptions Read(SettingsReader reader, bool hasOtherFaults)
    {
        foreach (IConfigurationSection top in reader.TopSections)
        {
            if (!s_sections.Contains(top.Key, StringComparer.OrdinalIgnoreCase))
                reader.Unknown(top, s_sections, [.. CommonKeys]);
        }
        MountOptions mount = MountKnobs.Table.Read(reader, reader.Section("Mount"), new MountOptions());
        SchedulerOptions scheduler =
            SchedulerKnobs.Table.Read(reader, reader.Section("Scheduler"), new SchedulerOptions());
        return new IoMergeOptions
        {
            Mount = mount,
            Fuse = FuseKnobs.Table.Read(reader, reader.Section("Fuse"), new Fuse.FuseOptions()),
            Scheduler = scheduler,
            Volumes = ReadVolumes(reader, scheduler, mount, hasOtherFaults),
            Logging = ReadLogging(reader, reader.Section("Logging")),
        };
    }

    private static List<VolumeConfiguration> ReadVolumes(
        SettingsReader reader, SchedulerOptions scheduler, MountOptions mount, bool hasOtherFaults)
    {
        IConfigurationSection section = reader.Section("Volumes");
        List<VolumeConfiguration> volumes = [];
        if (!reader.IsSection(section))
            return volumes;
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (VolumeName.Check(child.Key) is { } rule)
                reader.Fault(child.Path, child.Key, $"the name {rule}");
            if (reader.IsSection(child))
                volumes.Add(ReadVolume(reader, child, scheduler, mount));
        }
        if (!section.GetChildren().Any() && !hasOtherFaults)
            reader.Fault("Volumes", null, "is empty; give a volume with --volume NAME=SPEC or in a file with --config");
        return volumes;
    }

    private static VolumeConfiguration ReadVolume(
        SettingsReader reader, IConfigurationSection section, SchedulerOptions scheduler, MountOptions mount)
    {
        VolumeAccess access = VolumeKnobs.Table.Read(
            reader, section, new VolumeAccess(), "Backend", "Decorators", "Scheduler");
        return new VolumeConfiguration
        {
            Name = section.Key,
            Backend = KindReader.Read(reader, section.GetSection("Backend"), BackendKinds.All),
            Decorators = KindReader.ReadList(reader, section.GetSection("Decorators"), DecoratorKinds.All),
            Access = access,
            Options = Resolve(access, mount),
            Scheduler = SchedulerKnobs.Table.Read(reader, section.GetSection("Scheduler"), scheduler),
        };
    }

    private static VolumeOptions Resolve(VolumeAccess access, MountOptions mount) => new()
    {
        Mode = access.Mode,
        Uid = Accounts.TryFindUser(access.Owner, out uint user) ? user : Accounts.CurrentUser,
        Gid = Accounts.TryFindGroup(access.Group, out uint group) ? group : Accounts.CurrentGroup,
        ReadOnly = access.ReadOnly || mount.ReadOnly,
    };

    private static LoggingOptions ReadLogging(SettingsReader reader, IConfigurationSection section)
    {
        var levels = new Dictionary<string, LogLevel>(new LoggingOptions().LogLevel);
        if (!reader.IsSection(section))
            return new LoggingOptions();
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!string.Equals(child.Key, "LogLevel", StringComparison.OrdinalIgnoreCase))
                reader.Unknown(child, ["LogLevel"], []);
            else if (reader.IsSection(child))
                ReadLevels(reader, child, levels);
        }
        return new LoggingOptions { LogLevel = levels };
    }

    private static void ReadLevels(
        SettingsReader reader, IConfigurationSection section, Dictionary<string, LogLevel> levels)
    {
        string rule = $"one of {string.Join(", ", Enum.GetNames<LogLevel>())}";
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (reader.Value(child, rule) is not { } text)
                continue;
            if (KnobParsers.TryName(text, out LogLevel level))
                levels[child.Key] = level;
            else
                reader.Fault(child.Path, text, "must be " + rule);
        }
    }
}
