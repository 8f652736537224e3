namespace IoMerge.EndToEnd.Tests;

/// <summary>A supervisor opens and mounts /dev/fuse itself and hands over the descriptor as /dev/fd/N.</summary>
public sealed class HandedOverChannelTests
{
    [MountFact]
    public void Mount_OnOpenDescriptor_ServesTheMountOfItsSupervisor()
    {
        using TemporaryFolder folder = new();
        string point = folder.Folder("mnt");
        // Inherited on purpose: without O_CLOEXEC.
        int channel = Native.Open("/dev/fuse", Native.O_RDWR);
        Assert.True(channel >= 0);
        Assert.Equal(0, Native.Mount(
            "supervisor", point, "fuse.supervised", Native.MS_NOSUID | Native.MS_NODEV,
            $"fd={channel},rootmode=40000,user_id=0,group_id=0"));
        try
        {
            using ChildProcess server = Iomerge.Start("mount", $"/dev/fd/{channel}", "--volume", "disk=memory:16MiB");
            _ = Native.Close(channel);

            Shell.Run($"dd if=/dev/urandom of='{point}/disk' bs=1M count=16 oflag=direct conv=notrunc status=none");
            Shell.Run($"umount '{point}'");

            int exitCode = server.WaitForExit();
            Assert.True(exitCode == 0, server.Output);
        }
        finally
        {
            Mounts.Clear(point);
        }
    }

    [MountFact]
    public void Mount_OnDescriptorThatIsNotOpen_IsRefused()
    {
        ShellResult result = Iomerge.Run("mount", "/dev/fd/987", "--volume", "disk=memory:16MiB");

        Assert.Equal(ExitCodes.MountFailed, result.ExitCode);
        Assert.Contains("/dev/fd/987", result.Output, StringComparison.Ordinal);
    }
}
