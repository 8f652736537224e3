using IoMerge.Backends;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Mounting;
using Tmds.Linux;

namespace IoMerge.Mount.Tests.Mounting;

/// <summary>Real mounts, whose server dies or is never there.</summary>
public sealed class StaleMountTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("iomerge-test-");

    public static bool CanMount => Accounts.CurrentUser == 0 && File.Exists("/dev/fuse");

    public void Dispose()
    {
        while (MountTable.Find(_folder.FullName) is not null)
            Assert.True(Unmounter.Unmount(_folder.FullName, lazy: true).IsDone);
        _folder.Delete();
    }

    [Fact(SkipUnless = nameof(CanMount), Skip = "needs root and /dev/fuse")]
    public void Mount_WhoseServerDied_IsRecognisedAndCleanedOnRequest()
    {
        var options = new MountOptions { MountPoint = _folder.FullName };
        MountedFileSystem mounted = Mounter.Mount(Mounter.Prepare(options), options);
        Assert.Equal(mounted.Device, MountTable.Find(_folder.FullName)!.Device);
        _ = LibC.close(mounted.Descriptor);

        Assert.True(MountPointRules.IsStale(MountPointFacts.Gather(_folder.FullName)));
        Assert.Contains("stale",
            Assert.Throws<MountException>(() => Mounter.Prepare(options)).Message, StringComparison.Ordinal);
        Assert.Equal(_folder.FullName, Mounter.Prepare(options with { CleanStale = true }));
        Assert.Null(MountTable.Find(_folder.FullName));
    }

    [Fact(SkipUnless = nameof(CanMount), Skip = "needs root and /dev/fuse")]
    public void Mount_WhoseServerHangs_DoesNotHangTheProbe()
    {
        var options = new MountOptions { MountPoint = _folder.FullName };
        MountedFileSystem mounted = Mounter.Mount(Mounter.Prepare(options), options);
        try
        {
            MountPointFacts facts = MountPointFacts.Gather(_folder.FullName);

            Assert.False(facts.Answers);
            Assert.Contains("does not answer", MountPointRules.Refuse(facts), StringComparison.Ordinal);
        }
        finally
        {
            _ = LibC.close(mounted.Descriptor);
        }
    }

    [Fact(SkipUnless = nameof(CanMount), Skip = "needs root and /dev/fuse")]
    public void Unmount_OfNoMountPoint_FailsAndIsNotBusy()
    {
        UnmountResult result = Unmounter.Unmount(_folder.FullName, lazy: false);

        Assert.False(result.IsDone);
        Assert.False(result.IsBusy);
        Assert.Contains(nameof(Errno.EINVAL), result.Message, StringComparison.Ordinal);
    }
}
