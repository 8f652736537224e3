using System.Runtime.InteropServices;

namespace IoMerge.EndToEnd.Tests;

/// <summary>Mounting without root, through fusermount3.</summary>
public sealed class OrdinaryUserTests
{
    // "nobody" on every distribution.
    private const int User = 65534;

    [MountFact]
    public void Mount_ByOrdinaryUser_WorksThroughFusermountAndStaysPrivate()
    {
        using UserGround ground = new();
        using MountedVolume volume = MountedVolume.StartAt(
            ground.MountPoint, null, ground.StartAsUser, ["--volume", "disk=memory:64MiB"], ground.IsMounted);

        Shell.Run(ground.AsUser(
            $"dd if=/dev/urandom of={volume.Disk} bs=1M count=8 oflag=direct conv=notrunc status=none"));
        ShellResult root = Shell.Try($"ls {volume.MountPoint}");

        // Not even root looks into another user's mount, unless allow_other was asked for.
        Assert.NotEqual(0, root.ExitCode);
        Assert.Contains("fuse.iomerge", File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        Shell.Run(ground.AsUser($"{ground.Program} unmount {volume.MountPoint}"));
        volume.WaitForCleanExit();
        Assert.False(Mounts.Has(volume.MountPoint));
    }

    [MountFact]
    public void SigTerm_ToServerOfOrdinaryUser_UnmountsThroughFusermount()
    {
        using UserGround ground = new();
        using MountedVolume volume = MountedVolume.StartAt(
            ground.MountPoint, null, ground.StartAsUser, ["--volume", "disk=memory:64MiB"], ground.IsMounted);

        volume.Process.Signal(MountedVolume.SigTerm);

        volume.WaitForCleanExit();
        Assert.False(Mounts.Has(volume.MountPoint));
    }

    [MountFact]
    public void SigTerm_WhenTheUnmountIsRefused_SaysSoAndEndsAsAMountFailure()
    {
        using UserGround ground = new();
        ground.RefuseUnmounts();
        using MountedVolume volume = MountedVolume.StartAt(
            ground.MountPoint, null, ground.StartAsUser, ["--volume", "disk=memory:64MiB"], ground.IsMounted);

        volume.Process.Signal(MountedVolume.SigTerm);

        Assert.Equal(ExitCodes.MountFailed, volume.Process.WaitForExit());
        Assert.Contains($"{ground.MountPoint} is still mounted", volume.Process.Output, StringComparison.Ordinal);
        Assert.Contains("not today", volume.Process.Output, StringComparison.Ordinal);
        Assert.True(Mounts.Has(ground.MountPoint));
    }

    [MountFact]
    public void Mount_WithoutPermissionForTheDevice_NamesDeviceAndWayOut()
    {
        using UserGround ground = new(deviceMode: "600");

        using ChildProcess process = ground.StartAsUser(["mount", ground.MountPoint, "--volume", "disk=memory:64MiB"]);

        Assert.Equal(ExitCodes.MountFailed, process.WaitForExit());
        Assert.Contains("/dev/fuse", process.Output, StringComparison.Ordinal);
        Assert.Contains("ermission", process.Output, StringComparison.Ordinal);
    }

    /// <summary>What an ordinary user needs: a folder, a reachable program and runtime, and /dev/fuse as distributions
    /// ship it (0666). All of it is put back.</summary>
    private sealed class UserGround : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly KernelMount _program;
        private readonly KernelMount _runtime;
        private readonly string _deviceMode;
        private string _path = "";

        internal UserGround(string deviceMode = "666")
        {
            MountPoint = _folder.Folder("mnt");
            // Bind mounts: what they show may lie below a folder that only root may enter.
            _program = new KernelMount($"--bind '{Path.GetDirectoryName(Iomerge.Path)}'", _folder.Folder("program"));
            string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
            _runtime = new KernelMount($"--bind '{dotnet}'", _folder.Folder("dotnet"));
            Shell.Run($"chown {User}:{User} '{MountPoint}'");
            _deviceMode = Shell.Run("stat -c %a /dev/fuse").Trim();
            Shell.Run($"chmod {deviceMode} /dev/fuse");
        }

        internal string MountPoint { get; }

        internal string Program => Path.Combine(_program.Path, "iomerge");

        /// <summary>Puts a helper before the real one that mounts and never unmounts.</summary>
        internal void RefuseUnmounts()
        {
            string helper = Path.Combine(_folder.Folder("bin"), "fusermount3");
            File.WriteAllText(helper, $$"""
                #!/bin/sh
                [ "$1" = -u ] && { echo "not today" >&2; exit 1; }
                exec {{Shell.Run("command -v fusermount3").Trim()}} "$@"

                """);
            Shell.Run($"chmod 755 '{helper}'");
            _path = $"PATH='{Path.GetDirectoryName(helper)}':$PATH ";
        }

        internal string AsUser(string command) =>
            $"{_path}DOTNET_ROOT='{_runtime.Path}' HOME='{_folder.Path}' "
            + $"setpriv --reuid={User} --regid={User} --clear-groups {command}";

        internal ChildProcess StartAsUser(IEnumerable<string> arguments) =>
            ChildProcess.Start("/bin/bash", "-c", "exec env " + AsUser($"{Program} {string.Join(' ', arguments)}"));

        internal bool IsMounted(string path) => Shell.Try(AsUser($"ls '{path}/disk'")).ExitCode == 0;

        public void Dispose()
        {
            Shell.Try($"chmod {_deviceMode} /dev/fuse");
            Mounts.Clear(MountPoint);
            _runtime.Dispose();
            _program.Dispose();
            _folder.Dispose();
        }
    }
}
