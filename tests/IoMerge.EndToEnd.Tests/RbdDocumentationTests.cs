namespace IoMerge.EndToEnd.Tests;

/// <summary>The quick start in docs/rbd.md, line by line, on the tests' cluster.</summary>
public sealed class RbdDocumentationTests
{
    [MountFact]
    public void QuickStart_OfTheDocumentation_MountsAnImageAndUnmountsIt()
    {
        CephCluster cluster = CephCluster.Shared;
        using TemporaryFolder folder = new();
        string mountPoint = folder.Folder("mnt");
        string[] lines = [.. File.ReadLines(RepositoryRoot.Combine("docs", "rbd.md"))
            .SkipWhile(line => line != "```sh").Skip(1).TakeWhile(line => line != "```")
            .Select(line => line.Replace("sudo ", "", StringComparison.Ordinal)
                .Replace("/mnt/iomerge", mountPoint, StringComparison.Ordinal))];
        Assert.Equal(5, lines.Length);

        // What apt would install here is what these tests use.
        Shell.Run($"apt-get install --simulate {lines[0].Split(' ')[^1]}");
        cluster.Run(lines[1]);
        Shell.Run(lines[2]);
        string[] mount = lines[3].Split(' ');
        Assert.Equal(["./iomerge", "mount", mountPoint], mount[..3]);
        using (MountedVolume volume = MountedVolume.StartAt(mountPoint, null, arguments => ChildProcess.Start(
            "env", [$"CEPH_CONF={cluster.Conf}", Iomerge.Path, .. arguments]), mount[3..]))
        {
            Shell.Run($"dd if=/dev/zero of='{volume.Disk}' bs=1M count=8 oflag=direct conv=notrunc status=none");
            Assert.Equal(10L << 30, new FileInfo(volume.Disk).Length);
            Assert.Equal("./iomerge unmount " + mountPoint, lines[4]);
            Shell.Run(lines[4].Replace("./iomerge", Iomerge.Path, StringComparison.Ordinal));
            volume.WaitForCleanExit();
        }
        cluster.Run("rbd rm --no-progress rbd/disk");
    }
}
