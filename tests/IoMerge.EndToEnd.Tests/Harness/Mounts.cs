namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>What the kernel says is mounted.</summary>
internal static class Mounts
{
    /// <summary>Whether something is mounted exactly at <paramref name="path"/>; never touches the mount itself, which
    /// may be dead.</summary>
    internal static bool Has(string path) =>
        File.ReadLines("/proc/self/mountinfo").Any(line => line.Split(' ')[4] == path);

    /// <summary>The minor number of the device mounted there: the kernel's name for a FUSE connection.</summary>
    internal static string Device(string path) =>
        File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')).First(mount => mount[4] == path)[2]
            .Split(':')[1];

    /// <summary>Takes away whatever is mounted there, however broken it is.</summary>
    internal static void Clear(string path)
    {
        while (Has(path) && Shell.Try($"umount -l '{path}'").ExitCode == 0)
        {
        }
    }
}
