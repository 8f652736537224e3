using System.Diagnostics;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Mounted.Stores;

/// <summary>
/// A cgroup that lets its members do so many operations a second on one device. The limit counts what its members
/// submit to that device, not what the device's own threads submit below it. Disposing removes the group.
/// </summary>
internal sealed class IoThrottle : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly string _group;
    private readonly ThrottleGroups _groups;
    private readonly bool _enabledController;

    private IoThrottle(ThrottleGroups groups, string name)
    {
        _groups = groups;
        _group = Path.Combine(groups.Root, name);
        _enabledController = groups.IsUnified && EnableController(groups.Root);
        Directory.CreateDirectory(_group);
    }

    /// <summary>The file that a process writes its number to in order to become a member.</summary>
    public string ProcessesFile => Path.Combine(_group, "cgroup.procs");

    /// <summary>Creates the group.</summary>
    /// <param name="groups">Where; null when the machine has no such throttle.</param>
    /// <param name="name">Name of the group, unique on the machine.</param>
    /// <param name="device">Major and minor number of the device, as <c>7:0</c>.</param>
    /// <param name="iops">Operations per second, reads and writes each.</param>
    /// <exception cref="RunException">It could not be made; nothing of it is left.</exception>
    public static IoThrottle Create(ThrottleGroups? groups, string name, string device, int iops)
    {
        const string What = "the throttled loop device";
        if (groups is null)
            throw new RunException(new LeftOut(What,
                "This machine has neither cgroup v1 with the controller blkio nor cgroup v2 with the controller io.",
                "Boot with one of them, or measure the store loop instead."));
        IoThrottle? throttle = null;
        try
        {
            throttle = new IoThrottle(groups, name);
            foreach ((string file, string text) in groups.Limits(throttle._group, device, iops))
                File.WriteAllText(file, text);
            return throttle;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throttle?.Dispose();
            throw new RunException(new LeftOut(What, $"The kernel's throttle below {groups.Root} refused: {e.Message}",
                "Run as root, outside of containers that may not make cgroups."), e);
        }
    }

    public void Dispose()
    {
        Remove(_groups, _group);
        if (_enabledController)
            TryWrite(Path.Combine(_groups.Root, "cgroup.subtree_control"), "-io");
    }

    /// <summary>Removes a group; members that still live go back to the root.</summary>
    public static void Remove(ThrottleGroups groups, string group)
    {
        long start = Stopwatch.GetTimestamp();
        while (Directory.Exists(group))
        {
            try
            {
                foreach (string pid in File.ReadLines(Path.Combine(group, "cgroup.procs")))
                    TryWrite(Path.Combine(groups.Root, "cgroup.procs"), pid);
                Directory.Delete(group);
            }
            // A member that is just ending keeps the group busy for a moment.
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (Stopwatch.GetElapsedTime(start) > s_patience)
                    return;
                Thread.Sleep(10);
            }
        }
    }

    private static bool EnableController(string root)
    {
        string control = Path.Combine(root, "cgroup.subtree_control");
        if (File.ReadAllText(control).Split(' ', '\n').Contains("io"))
            return false;
        File.WriteAllText(control, "+io");
        return true;
    }

    private static void TryWrite(string file, string text)
    {
        try
        {
            File.WriteAllText(file, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process is gone, or another group still needs the controller: either way nothing is left to do.
        }
    }
}
