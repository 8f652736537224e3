using System.Globalization;

namespace IoMerge.Benchmark.Mounted.Stores;

/// <summary>
/// Where the kernel's throttle for block devices is found on a machine: cgroup v1 with the controller blkio, or cgroup
/// v2 with the controller io. Reads the kernel's texts only.
/// </summary>
/// <param name="Root">Where the hierarchy is mounted.</param>
/// <param name="IsUnified">True for cgroup v2.</param>
internal sealed record ThrottleGroups(string Root, bool IsUnified)
{
    /// <summary>Looks at this machine; null when neither is there.</summary>
    public static ThrottleGroups? Find() => Find(File.ReadAllText("/proc/self/mounts"), root =>
    {
        string controllers = Path.Combine(root, "cgroup.controllers");
        return File.Exists(controllers) ? File.ReadAllText(controllers) : "";
    });

    /// <summary>The same from the kernel's texts.</summary>
    /// <param name="mounts">The text of <c>/proc/self/mounts</c>.</param>
    /// <param name="controllersOf">The controllers of a v2 hierarchy, by where it is mounted.</param>
    public static ThrottleGroups? Find(string mounts, Func<string, string> controllersOf)
    {
        string[][] lines = [.. mounts.Split('\n').Select(line => line.Split(' ')).Where(fields => fields.Length > 3)];
        if (Array.Find(lines, f => f[2] == "cgroup" && f[3].Split(',').Contains("blkio")) is { } v1)
            return new ThrottleGroups(v1[1], IsUnified: false);
        string[]? v2 = Array.Find(lines, f => f[2] == "cgroup2"
            && controllersOf(f[1]).Split(' ', '\n').Contains("io"));
        return v2 is null ? null : new ThrottleGroups(v2[1], IsUnified: true);
    }

    /// <summary>The files of a group that limit a device, with what is written to each.</summary>
    /// <param name="group">The group's folder.</param>
    /// <param name="device">Major and minor number, as <c>7:0</c>.</param>
    /// <param name="iops">Operations per second, reads and writes each.</param>
    public IEnumerable<(string File, string Text)> Limits(string group, string device, int iops)
    {
        string number = iops.ToString(CultureInfo.InvariantCulture);
        return IsUnified
            ? [(Path.Combine(group, "io.max"), $"{device} riops={number} wiops={number}")]
            : [
                (Path.Combine(group, "blkio.throttle.read_iops_device"), $"{device} {number}"),
                (Path.Combine(group, "blkio.throttle.write_iops_device"), $"{device} {number}"),
            ];
    }
}
