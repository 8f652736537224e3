using IoMerge.Benchmark.Strategies;
using IoMerge.Scheduler;
using Microsoft.Extensions.Configuration;

namespace IoMerge.Mount.Configuration;

/// <summary>
/// Reads the settings of a strategy as configuration reads them: the same keys, units and rules, and the same words for
/// what is wrong. Nothing but the defaults lies below them, so that a strategy means the same on every machine.
/// </summary>
internal sealed class SchedulerOptionsReader : ISchedulerOptionsReader
{
    private const string Section = "Scheduler";

    public SchedulerOptions Read(IReadOnlyDictionary<string, string> settings)
    {
        var layer = new ConfigurationLayer();
        foreach ((string key, string value) in settings)
            layer.Set(key, value, "strategy");
        var reader = new SettingsReader(new ConfigurationBuilder().Add(layer).Build());
        foreach (IConfigurationSection top in reader.TopSections)
        {
            if (!string.Equals(top.Key, Section, StringComparison.OrdinalIgnoreCase))
                reader.Unknown(top, [Section], []);
        }
        SchedulerOptions options =
            SchedulerKnobs.Table.Read(reader, reader.Section(Section), new SchedulerOptions());
        return reader.Faults.Count == 0
            ? options
            : throw new FormatException(string.Join("\n", reader.Faults.Select(fault => $"  {fault}")));
    }
}
