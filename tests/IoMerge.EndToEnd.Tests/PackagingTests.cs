using System.Text.RegularExpressions;

namespace IoMerge.EndToEnd.Tests;

/// <summary>What packaging installs is in its place and works from there: mount helper, unit and the rest.</summary>
public sealed partial class PackagingTests(Installation installed) : IClassFixture<Installation>, IDisposable
{
    private const string Helper = "/sbin/mount.fuse.iomerge";
    private const string Unit = "/etc/systemd/system/iomerge@.service";

    private readonly TemporaryFolder _folder = new();

    [MountFact]
    public void Install_IntoAFolder_PutsEachFileInItsPlace()
    {
        string files = Shell.Run($"cd '{installed.Root}' && find . -path ./opt/iomerge/'*' -prune -o "
            + "-not -type d -printf '%M %P %l\\n' | sed 's/ $//' | sort -k 2");

        Assert.Equal(
            """
            -rw-r--r-- etc/systemd/system/iomerge@.service
            -rwxr-xr-x sbin/mount.fuse.iomerge
            lrwxrwxrwx usr/local/bin/iomerge /opt/iomerge/iomerge
            -rw-r--r-- usr/share/bash-completion/completions/iomerge
            -rw-r--r-- usr/share/fish/vendor_completions.d/iomerge.fish
            -rw-r--r-- usr/share/zsh/vendor-completions/_iomerge

            """, files);
        Assert.True(Directory.Exists(installed.Root + "/etc/iomerge"), "the unit's configurations have no folder");
        Assert.True(File.Exists(installed.Root + "/opt/iomerge/appsettings.json"), "the defaults are not installed");
        Shell.Run($"bash -n '{installed.Root}/usr/share/bash-completion/completions/iomerge'");
        Assert.Equal(Iomerge.Run("completion", "bash").Output,
            File.ReadAllText($"{installed.Root}/usr/share/bash-completion/completions/iomerge"));
        Assert.Equal("drwxr-xr-x\n", Shell.Run($"stat -c %A '{installed.Root}/opt/iomerge'"));
    }

    [MountFact]
    public void Install_OverAnOlderOne_LeavesNothingOfIt_AndUninstallNothingButConfigurations()
    {
        string old = Directory.CreateDirectory(_folder.File("opt/iomerge")).FullName + "/IoMerge.Old.dll";
        File.WriteAllText(old, "");
        Installation.Install(_folder.Path);
        File.WriteAllText(_folder.File("etc/iomerge/disk.json"), "{}");
        Assert.False(File.Exists(old), "two versions are mixed");

        Installation.Install(_folder.Path, "--uninstall");

        Assert.Equal("./etc/iomerge/disk.json\n", Shell.Run($"cd '{_folder.Path}' && find . -not -type d"));
        Assert.False(Directory.Exists(_folder.File("opt/iomerge")));
    }

    [MountTheory]
    [InlineData("mount -t fuse.iomerge memory:16MiB \"$point\" -o policy=Scan,allow_other")]
    [InlineData("mount -t fuse.iomerge -r memory:16MiB \"$point\"")]
    [InlineData("echo \"memory:16MiB $point fuse.iomerge policy=Scan,nofail,_netdev 0 0\" > \"$point.tab\"; "
        + "mount --fstab \"$point.tab\" \"$point\"")]
    // What mount(8) passes; without options, too.
    [InlineData(Helper + " memory:16MiB \"$point\" -o rw,noexec,nosuid,nodev,policy=Deadline")]
    [InlineData(Helper + " memory:16MiB \"$point\" -s -v -o rw")]
    [InlineData(Helper + " memory:16MiB \"$point\"")]
    public void InstalledHelper_CalledAsByMount_MountsInTheBackground(string mount)
    {
        string point = _folder.Folder("mnt");

        ShellResult result = installed.Try(
            $"point='{point}'; {mount}; findmnt --noheadings --output FSTYPE \"$point\"; "
            + "stat --format %s \"$point/disk\"; server=$(pgrep -x iomerge); umount \"$point\"; "
            + "while [[ -e /proc/$server/exe ]]; do sleep 0.05; done");

        Assert.True(result.ExitCode == 0, result.Output);
        Assert.EndsWith("fuse.iomerge\n16777216\n", result.Output, StringComparison.Ordinal);
    }

    [MountFact]
    public void InstalledHelper_OfAVolumeThatIsNotThere_RelaysMessageAndExitCode()
    {
        string point = _folder.Folder("mnt"), store = _folder.File("missing.img");

        ShellResult result = installed.Try($"mount -t fuse.iomerge 'file:{store}' '{point}'");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(store, result.Output, StringComparison.Ordinal);
    }

    [MountFact]
    public void Helper_WithoutTheProgram_SaysWhereItLooks()
    {
        ShellResult result = Shell.Try("unshare --mount --propagation private /bin/bash -euc '"
            + "mount -t tmpfs none /opt; mount -t tmpfs none /usr/local; \"$0\" memory:1MiB /mnt -o rw' '"
            + RepositoryRoot.Combine("packaging", "mount.fuse.iomerge") + "'");

        Assert.Equal(ExitCodes.MountFailed, result.ExitCode);
        Assert.Contains("/usr/local/bin", result.Output, StringComparison.Ordinal);
    }

    [MountFact]
    public void Unit_OfAnInstance_IsFlawlessForSystemd()
    {
        ShellResult result = installed.Try("systemd-analyze verify --man=no iomerge@disk.service");

        // What it finds wrong with units of the machine is none of ours.
        IEnumerable<string> own = result.Output.Split('\n')
            .Where(line => line.Contains("iomerge", StringComparison.Ordinal));
        Assert.True(result.ExitCode == 0 && !own.Any(), result.Output);
    }

    [MountFact]
    public void Unit_StartedAsSystemdDoes_IsReadyOnceMounted_AndStopsBySigTerm()
    {
        string point = _folder.Folder("mnt");
        string configuration = installed.Root + "/etc/iomerge/disk.json";
        File.WriteAllText(configuration, $$"""
            { "Mount": { "MountPoint": "{{point}}" }, "Volumes": { "disk": { "Backend": { "Kind": "memory" } } } }
            """);
        string command = ExecStart().Match(File.ReadAllText(installed.Root + Unit)).Groups[1].Value;
        using NotifySocket systemd = new(_folder.File("notify"));

        using ChildProcess service = Installation.Start(installed.Inside(
            $"exec env -i {string.Join(' ', systemd.Variables)} {command.Replace("%i", "disk")}"));

        Assert.Equal("READY=1", systemd.Receive(service));
        Assert.True(File.Exists($"/proc/{service.Id}/root{point}/disk"), service.Output);
        service.Signal(MountedVolume.SigTerm);
        Assert.Equal("STOPPING=1", systemd.Receive(service));
        Assert.True(service.WaitForExit() == 0, service.Output);
        File.Delete(configuration);
    }

    public void Dispose() => _folder.Dispose();

    [GeneratedRegex("^ExecStart=(.*)$", RegexOptions.Multiline)]
    private static partial Regex ExecStart();
}
