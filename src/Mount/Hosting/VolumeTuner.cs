using IoMerge.Backends;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Fuse;
using IoMerge.Mount.Volumes;
using IoMerge.Scheduler;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Hosting;

/// <summary>
/// Changes settings of mounted volumes: reads them as configuration is read, puts them in force, and says in the log
/// who changed what. The change ends with the mount.
/// </summary>
internal sealed class VolumeTuner(ILogger logger) : IVolumeTuner
{
    private const int MostFaultsShown = 8;

    // One change is made on top of what the one before has left. Held for a change only, which waits for nothing.
    private readonly Lock _oneAtATime = new();

    public Errno Tune(ReadOnlySpan<Volume> volumes, string settings, uint uid, uint pid)
    {
        string[] lines = settings.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var wanted = new SchedulerOptions[volumes.Length];
        lock (_oneAtATime)
        {
            for (int index = 0; index < volumes.Length; index++)
            {
                wanted[index] = LiveKnobs.Read(
                    lines, volumes[index].Scheduler.Options, out IReadOnlyList<ConfigurationFault> faults);
                if (faults.Count == 0)
                    continue;
                MountLog.SettingsRefused(logger, volumes[index].Name, uid, pid, Describe(faults));
                return Errno.EINVAL;
            }
            for (int index = 0; index < volumes.Length; index++)
                Apply(volumes[index], wanted[index], uid, pid);
        }
        return Errno.None;
    }

    private void Apply(Volume volume, SchedulerOptions wanted, uint uid, uint pid)
    {
        SchedulerOptions before = volume.Scheduler.Options;
        volume.Scheduler.Reconfigure(wanted);
        if (logger.IsEnabled(LogLevel.Information))
            MountLog.SettingsChanged(logger, volume.Name, uid, pid, LiveKnobs.Compare(before, wanted));
    }

    private static string Describe(IReadOnlyList<ConfigurationFault> faults)
    {
        string more = faults.Count > MostFaultsShown ? $"; and {faults.Count - MostFaultsShown} more" : "";
        return string.Join("; ", faults.Take(MostFaultsShown)) + more;
    }
}
