namespace IoMerge.EndToEnd.Tests;

/// <summary>What a person gets for a mistake: the thing, the cause, the way out, and an exit code.</summary>
public sealed class BadInputTests
{
    [MountFact]
    public void MountPoint_Missing_IsNamedWithMkdir()
    {
        using TemporaryFolder folder = new();

        AssertRefused(ExitCodes.MountFailed, Mount(folder.File("none")), folder.File("none"), "mkdir");
    }

    [MountFact]
    public void MountPoint_ThatIsAFile_IsRefused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("file"), "");

        AssertRefused(ExitCodes.MountFailed, Mount(folder.File("file")), folder.File("file"), "directory");
    }

    [MountFact]
    public void MountPoint_NotEmpty_IsRefused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("precious"), "data");

        AssertRefused(ExitCodes.MountFailed, Mount(folder.Path), folder.Path, "empty");
    }

    [MountFact]
    public void MountPoint_AlreadyMounted_SaysWhatIsThere()
    {
        using TemporaryFolder folder = new();
        using KernelMount tmpfs = KernelMount.Tmpfs(folder.Folder("mnt"), "1m");

        AssertRefused(ExitCodes.MountFailed, Mount(tmpfs.Path), tmpfs.Path, "tmpfs");
    }

    [MountFact]
    public void MountPoint_OfRunningMount_IsRefusedAndMountLives()
    {
        using MountedVolume living = MountedVolume.Start("memory:64MiB");

        AssertRefused(ExitCodes.MountFailed, Mount(living.MountPoint), living.MountPoint, "mounted");

        Assert.True(File.Exists(living.Disk));
        living.Unmount();
    }

    [MountFact]
    public void FileStore_Missing_NamesFileAndCreate()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("missing.img");

        AssertRefused(ExitCodes.Runtime, Mount(folder.Folder("mnt"), $"file:{file}"), file, "create");
        Assert.False(File.Exists(file), "a refused mount creates nothing");
    }

    [MountFact]
    public void FileStore_TooSmallForItsSize_IsRefusedUnharmed()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("small.img");
        Shell.Run($"truncate -s 1M '{file}'");

        AssertRefused(
            ExitCodes.Runtime, Mount(folder.Folder("mnt"), $"file:{file},create=64MiB"), file, "small", "growable");
        Assert.Equal(1 << 20, new FileInfo(file).Length);
    }

    [MountFact]
    public void FileStore_OnReadOnlyFileSystem_NamesReadOnly()
    {
        using TemporaryFolder folder = new();
        string place = folder.Folder("ro");
        using KernelMount tmpfs = KernelMount.Tmpfs(place, "2m");
        Shell.Run($"truncate -s 1M '{place}/disk.img' && mount -o remount,ro '{place}'");

        AssertRefused(
            ExitCodes.Runtime, Mount(folder.Folder("mnt"), $"file:{place}/disk.img"),
            $"{place}/disk.img", "read-only", "readonly");
    }

    [MountFact]
    public void FileStore_BelowMountPoint_IsRefused()
    {
        using TemporaryFolder folder = new();
        string point = folder.Folder("mnt");

        AssertRefused(
            ExitCodes.MountFailed, Mount(point, $"file:{point}/disk.img,create=1MiB"), $"{point}/disk.img", "below");
        Assert.False(File.Exists($"{point}/disk.img"), "a refused mount creates nothing");
    }

    [MountFact]
    public void FileStore_ServedAlready_IsInUse()
    {
        using Store store = new(StoreKind.PageCacheFile, 1 << 20);
        using TemporaryFolder folder = new();
        using MountedVolume first = MountedVolume.Start(store.Spec);

        AssertRefused(ExitCodes.Runtime, Mount(folder.Folder("mnt"), store.Spec), store.File!, "in use");

        first.Unmount();
    }

    [MountFact]
    public void BlockDevice_Mounted_IsInUse()
    {
        using TemporaryFolder folder = new();
        string image = folder.File("image");
        Shell.Run($"truncate -s 16M '{image}' && mkfs.ext4 -q '{image}'");
        using LoopDevice device = new(image);
        using KernelMount user = new(device.Path, folder.Folder("user"));

        AssertRefused(ExitCodes.Runtime, Mount(folder.Folder("mnt"), $"block:{device.Path}"), device.Path, "in use");

        user.Unmount();
    }

    [MountFact]
    public void BlockDevice_Missing_IsNamed() =>
        AssertRefused(ExitCodes.Runtime, MountSomewhere("block:/dev/nonexistent-disk"), "/dev/nonexistent-disk");

    [MountFact]
    public void BlockDevice_ThatIsAFile_PointsToFileSpec()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("file"), "x");

        AssertRefused(ExitCodes.Runtime, MountSomewhere($"block:{folder.File("file")}"), folder.File("file"), "file:");
    }

    [MountFact]
    public void FileStore_ThatIsAFolder_IsRefused()
    {
        using TemporaryFolder folder = new();

        AssertRefused(ExitCodes.Runtime, MountSomewhere($"file:{folder.Path}"), folder.Path, "director");
    }

    [MountFact]
    public void Policy_Unknown_ListsThoseThereAre() =>
        AssertRefused(
            ExitCodes.Usage, MountSomewhere("memory:1MiB", "--policy", "Deadlin"),
            "Deadlin", "Deadline", "Scan", "Fifo");

    [MountFact]
    public void Spec_Malformed_ShowsTheGrammar() =>
        AssertRefused(ExitCodes.Usage, MountSomewhere("floppy:1MiB"), "floppy", "memory:", "file:", "block:");

    [MountFact]
    public void Key_Unknown_OffersTheNearest() =>
        AssertRefused(
            ExitCodes.Usage, MountSomewhere("memory:1MiB", "--set", "Scheduler:Merge:MaxByte=1MiB"),
            "MaxByte", "MaxBytes");

    [MountFact]
    public void Values_SeveralWrong_AreAllReportedAtOnce() =>
        AssertRefused(
            ExitCodes.Usage,
            MountSomewhere("memory:1MiB", "--set", "Scheduler:Depth=0", "--set", "Fuse:MaxBackground=99999999"),
            "Scheduler:Depth", "Fuse:MaxBackground");

    [MountFact]
    public void Configuration_MalformedJson_NamesFileAndLine()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("bad.json"), "{\n  \"Mount\": {\n    \"MountPoint\": \n  }\n}\n");

        AssertRefused(
            ExitCodes.Usage, Iomerge.Run("mount", folder.Folder("mnt"), "--config", folder.File("bad.json")),
            "bad.json", "line");
    }

    private static ShellResult Mount(string point, string spec = "memory:64MiB") =>
        Iomerge.Run("mount", point, "--volume", $"disk={spec}");

    private static ShellResult MountSomewhere(string spec, params IEnumerable<string> arguments)
    {
        using TemporaryFolder folder = new();
        return Iomerge.Run(["mount", folder.Folder("mnt"), "--volume", $"disk={spec}", .. arguments]);
    }

    private static void AssertRefused(int exitCode, ShellResult result, params IEnumerable<string> words)
    {
        Assert.True(exitCode == result.ExitCode, $"Exit code {result.ExitCode}, expected {exitCode}:\n{result.Output}");
        Assert.All(words, word => Assert.Contains(word, result.Output, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
    }
}
