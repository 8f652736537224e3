namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>
/// A running <c>iomerge mount</c> with one volume, <c>disk</c>. Whatever a test did to it, disposing leaves neither the
/// process nor the mount behind.
/// </summary>
internal sealed class MountedVolume : IDisposable
{
    internal const int SigInt = 2;
    internal const int SigKill = 9;
    internal const int SigUsr1 = 10;
    internal const int SigTerm = 15;

    private readonly TemporaryFolder? _folder;

    private MountedVolume(string mountPoint, ChildProcess process, TemporaryFolder? folder)
    {
        MountPoint = mountPoint;
        Process = process;
        _folder = folder;
    }

    /// <summary>Where it is mounted.</summary>
    internal string MountPoint { get; }

    /// <summary>The volume, as a file.</summary>
    internal string Disk => Path.Combine(MountPoint, "disk");

    /// <summary>The server.</summary>
    internal ChildProcess Process { get; }

    /// <summary>Mounts <paramref name="spec"/> in a folder of its own and returns once the volume is there.</summary>
    /// <param name="spec">What <c>--volume disk=</c> takes.</param>
    /// <param name="arguments">Further arguments of <c>iomerge mount</c>.</param>
    internal static MountedVolume Start(string spec, params IEnumerable<string> arguments)
    {
        TemporaryFolder folder = new();
        return StartAt(folder.Folder("mnt"), folder, Iomerge.Start, ["--volume", $"disk={spec}", .. arguments]);
    }

    /// <summary>Mounts at a given place, whatever the arguments say about volumes.</summary>
    internal static MountedVolume StartAt(string mountPoint, params IEnumerable<string> arguments) =>
        StartAt(mountPoint, null, Iomerge.Start, arguments);

    /// <summary>Mounts through <paramref name="start"/>, which may wrap the program in another one.</summary>
    /// <param name="mountPoint">Where.</param>
    /// <param name="folder">Removed with the volume.</param>
    /// <param name="start">Starts the program with the arguments it is given.</param>
    /// <param name="arguments">Further arguments of <c>iomerge mount</c>.</param>
    /// <param name="isThere">Whether the mounted volume answers; by default its folder is listed.</param>
    internal static MountedVolume StartAt(
        string mountPoint, TemporaryFolder? folder, Func<IEnumerable<string>, ChildProcess> start,
        IEnumerable<string> arguments, Func<string, bool>? isThere = null)
    {
        MountedVolume volume = new(mountPoint, start(["mount", mountPoint, .. arguments]), folder);
        try
        {
            volume.WaitUntilMounted(isThere ?? (path => Directory.GetFiles(path).Length > 0));
            return volume;
        }
        catch
        {
            volume.Dispose();
            throw;
        }
    }

    /// <summary>Unmounts as an administrator does and returns what the server said until its end, which has to be
    /// exit code 0.</summary>
    internal string Unmount()
    {
        Shell.Run($"umount '{MountPoint}'");
        return WaitForCleanExit();
    }

    /// <summary>Waits for the server's end, which has to be exit code 0, and returns what it said.</summary>
    internal string WaitForCleanExit()
    {
        int exitCode = Process.WaitForExit();
        Assert.True(exitCode == 0, $"iomerge ended with {exitCode}:\n{Process.Output}");
        return Process.Output;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Process.Dispose();
        Mounts.Clear(MountPoint);
        _folder?.Dispose();
    }

    private void WaitUntilMounted(Func<string, bool> isThere)
    {
        // Long, for the launcher: its first start builds the program.
        Until.True(
            () => Process.HasExited || (Mounts.Has(MountPoint) && Answers(isThere)),
            () => $"Nothing was mounted at {MountPoint}:\n{Process.Output}", TimeSpan.FromMinutes(3));
        if (Process.HasExited)
            throw new InvalidOperationException($"iomerge ended with {Process.WaitForExit()}:\n{Process.Output}");
    }

    // A dead mount that is about to be replaced answers with an error.
    private bool Answers(Func<string, bool> isThere)
    {
        try
        {
            return isThere(MountPoint);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
