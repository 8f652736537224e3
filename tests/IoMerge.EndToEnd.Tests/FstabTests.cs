namespace IoMerge.EndToEnd.Tests;

/// <summary>mount(8) and /etc/fstab find the program through its helper.</summary>
public sealed class FstabTests
{
    [MountFact]
    public void MountCommand_WithFstabLine_MountsInBackgroundAndUnmounts()
    {
        using TemporaryFolder folder = new();
        string point = folder.Folder("mnt"), fstab = folder.File("fstab"), store = folder.File("store.img");
        Shell.Run($"truncate -s 16M '{store}'");
        // The form of mount.fuse3 that names the program by its path: nothing has to be installed for the test.
        File.WriteAllText(
            fstab,
            $"{Iomerge.Path}#file:{store} {point} fuse policy=Scan,allow_other,_netdev,x-systemd.automount 0 0\n");
        try
        {
            Shell.Run($"mount --fstab '{fstab}' '{point}'");

            Assert.True(Mounts.Has(point));
            string disk = Directory.GetFiles(point).Single();
            Shell.Run($"dd if=/dev/urandom of='{disk}' bs=1M count=16 oflag=direct conv=notrunc status=none");
            Shell.Run($"cmp '{disk}' '{store}' && umount '{point}'");
            Assert.False(Mounts.Has(point));
        }
        finally
        {
            Mounts.Clear(point);
        }
    }
}
