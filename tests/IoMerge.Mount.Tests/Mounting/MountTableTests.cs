using IoMerge.Mount.Mounting;

namespace IoMerge.Mount.Tests.Mounting;

public sealed class MountTableTests
{
    [Fact]
    public void Parse_LinesOfTheKernel_GivesDeviceTypeAndSource()
    {
        IReadOnlyList<MountEntry> entries = MountTable.Parse("""
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            61 22 0:46 / /mnt/a\040b\011c\134 rw,nosuid,nodev - fuse.iomerge two\040words rw,user_id=0
            62 22 0:47 / /mnt/c rw shared:2 master:1 propagate_from:7 - fuse sshfs rw
            garbage
            """);

        Assert.Equal(3, entries.Count);
        Assert.Equal(new MountEntry("0:46", "/mnt/a b\tc\\", "fuse.iomerge", "two words"), entries[1]);
        Assert.True(entries[1].IsOwn);
        Assert.Equal("46", entries[1].Connection);
        Assert.True(entries[2].IsFuse);
        Assert.False(entries[2].IsOwn);
        Assert.False(entries[0].IsFuse);
    }

    [Fact]
    public void Read_OfThisProcess_HasTheRoot() => Assert.NotNull(MountTable.Find("/"));

    [Fact]
    public void Find_NoMountPoint_GivesNothing() => Assert.Null(MountTable.Find("/proc/self"));
}
