namespace IoMerge.EndToEnd.Tests;

/// <summary>
/// A write of the page cache that fails at the store has no caller who could be told. Whoever asks later is, and the
/// end of the mount says so.
/// </summary>
public sealed class UntoldWriteErrorTests
{
    [MountFact]
    public void MappedWrite_ThatFailed_FailsEveryFsyncAndEveryWritersClose_WhoeverClosedBefore()
    {
        using MountedVolume volume = Mount();
        using RawFile writer = new(volume.Disk);
        writer.ChangeThroughMapping();

        // The kernel itself tells the first who closes; the second one's close reaches the server.
        for (int readers = 0; readers < 2; readers++)
            new RawFile(volume.Disk, Native.O_RDONLY).Dispose();
        using (RawFile reader = new(volume.Disk, Native.O_RDONLY))
            Assert.Equal(0, reader.Close());

        // And the first fsync of who had it open then.
        Assert.Equal([-Native.EIO, -Native.EIO, -Native.EIO], [writer.Sync(), writer.Sync(), writer.Sync()]);
        using (RawFile second = new(volume.Disk))
        {
            Assert.Equal(-Native.EIO, second.Sync());
            Assert.Equal(-Native.EIO, second.Close());
        }
        Assert.Equal([-Native.EIO, -Native.EIO], [writer.Sync(), writer.Close()]);
    }

    [MountTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void MappedWrite_ThatFailed_IsSaidAtTheEnd_ToldMeanwhileOrNot(bool told)
    {
        using MountedVolume volume = Mount();
        using (RawFile writer = new(volume.Disk))
        {
            writer.ChangeThroughMapping();
            if (told)
                Assert.Equal([-Native.EIO, -Native.EIO], [writer.Sync(), writer.Sync()]);
        }

        volume.Process.Signal(MountedVolume.SigTerm);

        Assert.Equal(ExitCodes.Runtime, volume.Process.WaitForExit());
        Assert.Matches("volume disk: a write failed with EIO .*not in the store", volume.Process.Output);
        Assert.False(Mounts.Has(volume.MountPoint));
    }

    private static MountedVolume Mount() => MountedVolume.Start(
        "memory:64MiB", [.. Matrix.Mode("AsyncSplit"), .. Faults.FirstWrite(0)]);
}
