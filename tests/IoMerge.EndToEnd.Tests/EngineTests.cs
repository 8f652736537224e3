namespace IoMerge.EndToEnd.Tests;

/// <summary>
/// Every engine serves real mounts; where io_uring is refused, the mount does without or says why not.
/// </summary>
public sealed class EngineTests
{
    private const long Size = 32 << 20;

    public static TheoryData<StoreKind, string> EnginesAndStores()
    {
        TheoryData<StoreKind, string> data = [];
        foreach (StoreKind store in Matrix.Stores.Where(store => store != StoreKind.Memory))
        foreach (string engine in Machine.HasIoUring ? new[] { "IoUring", "Threads", "Inline" } : ["Threads", "Inline"])
            data.Add(store, engine);
        return data;
    }

    [MountTheory]
    [MemberData(nameof(EnginesAndStores))]
    public void Volume_OnEachEngine_VerifiesEveryBlock(StoreKind kind, string engine)
    {
        using Store store = new(kind, Size);
        using MountedVolume volume = MountedVolume.Start(store.Spec, Engine(engine));
        Shell.Run($"fio --name=v --filename='{volume.Disk}' --direct=1 --ioengine=libaio --iodepth=32 --rw=randwrite "
            + "--bsrange=4k-64k --size=16m --verify=crc32c --verify_fatal=1 --fsync=64 --minimal");
        Shell.Run($"fio --name=w --filename='{volume.Disk}' --direct=1 --ioengine=libaio --iodepth=32 --rw=write "
            + "--bs=4k --size=16m --verify=crc32c --verify_fatal=1 --minimal");
        string said = volume.Unmount();
        Assert.Contains($"engine {engine}", said, StringComparison.Ordinal);
        Assert.DoesNotContain("io_uring is refused", said, StringComparison.Ordinal);
    }

    [MountFact]
    public void Volume_WithACompletionTimeout_VerifiesEveryBlock()
    {
        using Store store = new(StoreKind.DirectFile, Size);
        using MountedVolume volume = MountedVolume.Start(
            store.Spec, "--set", "Volumes:disk:Backend:CompletionTimeoutMs=60000");
        Shell.Run($"fio --name=v --filename='{volume.Disk}' --direct=1 --ioengine=libaio --iodepth=32 --rw=randrw "
            + "--bsrange=4k-64k --size=16m --verify=crc32c --verify_fatal=1 --minimal");
        volume.Unmount();
    }

    [MountFact]
    public void Auto_UnderAFilterOfSystemCalls_TakesThreadsAndSaysSoOnce()
    {
        using TemporaryFolder folder = new();
        using Store store = new(StoreKind.DirectFile, Size);
        string launcher = BuildLauncher(folder);
        using MountedVolume volume = MountedVolume.StartAt(
            folder.Folder("mnt"), null, arguments => ChildProcess.Start(launcher, [Iomerge.Path, .. arguments]),
            ["--volume", $"disk={store.Spec}"]);
        Shell.Run($"dd if=/dev/urandom of='{volume.Disk}' bs=64k count=64 oflag=direct conv=notrunc status=none");
        string said = volume.Unmount();
        Assert.Contains("engine Threads", said, StringComparison.Ordinal);
        Assert.Equal(2, said.Split("io_uring is refused").Length);
        Assert.Contains("seccomp", said, StringComparison.Ordinal);
    }

    [MountFact]
    public void IoUring_UnderAFilterOfSystemCalls_IsNotMountedAndSaysTheWayOut()
    {
        using TemporaryFolder folder = new();
        using Store store = new(StoreKind.DirectFile, Size);
        using ChildProcess process = ChildProcess.Start(
            BuildLauncher(folder), [Iomerge.Path, "mount", folder.Folder("mnt"), "--volume", $"disk={store.Spec}",
            .. Engine("IoUring")]);
        Assert.Equal(ExitCodes.Runtime, process.WaitForExit());
        Assert.Contains("io_uring is refused", process.Output, StringComparison.Ordinal);
        Assert.Contains("Set Engine to Auto or Threads", process.Output, StringComparison.Ordinal);
    }

    private static string[] Engine(string engine) => ["--set", $"Volumes:disk:Backend:Engine={engine}"];

    /// <summary>A program that runs another one without io_uring, as the filters of containers do.</summary>
    private static string BuildLauncher(TemporaryFolder folder)
    {
        string program = folder.File("without-io-uring");
        File.WriteAllText(program + ".c", """
            #include <errno.h>
            #include <linux/filter.h>
            #include <linux/seccomp.h>
            #include <stddef.h>
            #include <sys/prctl.h>
            #include <sys/syscall.h>
            #include <unistd.h>
            int main(int count, char **words) {
                struct sock_filter filter[] = {
                    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                };
                struct sock_fprog fprog = { sizeof filter / sizeof *filter, filter };
                if (count < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
                    || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &fprog))
                    return 99;
                execv(words[1], words + 1);
                return 98;
            }
            """);
        Shell.Run($"gcc -o '{program}' '{program}.c'");
        return program;
    }
}
