namespace IoMerge.EndToEnd.Tests;

/// <summary>A file system of the kernel lives on a volume: the harshest honest client.</summary>
public sealed class FileSystemTests
{
    [MountTheory]
    [MemberData(nameof(Matrix.StoresAndModes), MemberType = typeof(Matrix))]
    public void Ext4OnVolume_FilledCheckedAndRemounted_IsIntact(StoreKind kind, string mode) =>
        AssertStaysIntact(kind, 128, Matrix.Mode(mode));

    [MountTheory]
    [MemberData(nameof(Matrix.ModesAndPoliciesOnStores), MemberType = typeof(Matrix))]
    public void Ext4OnVolume_InEachModeUnderEachPolicy_IsIntact(StoreKind kind, string mode, string policy) =>
        AssertStaysIntact(kind, 32, Matrix.Arguments(mode, policy));

    private static void AssertStaysIntact(StoreKind kind, int mebibytes, IEnumerable<string> arguments)
    {
        using TemporaryFolder folder = new();
        using Store store = new(kind, (long)mebibytes << 20);
        using MountedVolume volume = MountedVolume.Start(store.Spec, arguments);
        using LoopDevice device = new(volume.Disk, "--direct-io=on");
        string ext4 = folder.Folder("ext4");
        Shell.Run($"mkfs.ext4 -q '{device.Path}'");

        string before = Fill(device, ext4, mebibytes);
        Shell.Run($"e2fsck -f -n '{device.Path}'");
        using KernelMount again = new(device.Path, ext4);
        string after = Checksums(ext4);

        Assert.Equal(before, after);
        again.Unmount();
        device.Dispose();
        volume.Unmount();
    }

    // A third of it: many small files, one large one, and three that are written to all over.
    private static string Fill(LoopDevice device, string folder, int mebibytes)
    {
        using KernelMount mount = new(device.Path, folder);
        Shell.Run($"cp -r '{RepositoryRoot.Combine("src", "Scheduler")}' '{folder}/tree'", TimeSpan.FromSeconds(120));
        Shell.Run($"head -c $(({mebibytes} * 3 / 16))M /dev/urandom > '{folder}/large' && fio --name=mixed "
            + $"--directory='{folder}' --size={mebibytes / 32}m --numjobs=3 --rw=randwrite --bs=4k --ioengine=libaio "
            + "--iodepth=16 --direct=1 --fsync=64 "
            + "--output-format=terse > /dev/null && rm -f '" + folder + "/mixed.1.0'");
        string sums = Checksums(folder);
        mount.Unmount();
        return sums;
    }

    private static string Checksums(string folder) =>
        Shell.Run($"cd '{folder}' && find . -type f -print0 | sort -z | xargs -0 sha256sum");
}
