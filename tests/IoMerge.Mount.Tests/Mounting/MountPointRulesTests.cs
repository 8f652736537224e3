using IoMerge.Backends;
using IoMerge.Mount.Mounting;

namespace IoMerge.Mount.Tests.Mounting;

public sealed class MountPointRulesTests
{
    private static readonly MountPointFacts s_good = new("/mnt/x", Errno.None, true, true, null, true);
    private static readonly MountEntry s_own = new("0:50", "/mnt/x", "fuse.iomerge", "iomerge");
    private static readonly MountEntry s_disk = new("8:1", "/mnt/x", "ext4", "/dev/sda1");

    [Fact]
    public void Directory_EmptyAndFree_IsTaken() => Assert.Null(MountPointRules.Refuse(s_good));

    [Fact]
    public void Directory_Missing_IsRefusedWithHowToMakeIt() =>
        Assert.Contains("mkdir -p /mnt/x", Refusal(s_good with { Error = Errno.ENOENT }), StringComparison.Ordinal);

    [Fact]
    public void Directory_NotEmpty_IsRefused() =>
        Assert.Contains("not empty", Refusal(s_good with { IsEmpty = false }), StringComparison.Ordinal);

    [Fact]
    public void File_IsRefused() =>
        Assert.Contains("not a directory", Refusal(s_good with { IsDirectory = false }), StringComparison.Ordinal);

    [Fact]
    public void Directory_Forbidden_IsRefusedWithCause() =>
        Assert.Contains("EACCES", Refusal(s_good with { Error = Errno.EACCES }), StringComparison.Ordinal);

    [Fact]
    public void Mount_OfSomethingElse_IsRefusedByName()
    {
        string refusal = Refusal(s_good with { Mounted = s_disk });

        Assert.Contains("busy", refusal, StringComparison.Ordinal);
        Assert.Contains("/dev/sda1 (type ext4)", refusal, StringComparison.Ordinal);
        Assert.Contains("umount /mnt/x", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Mount_OfALivingIomerge_IsRefusedAndNotStale()
    {
        MountPointFacts facts = s_good with { Mounted = s_own };

        Assert.False(MountPointRules.IsStale(facts));
        Assert.Contains("iomerge unmount /mnt/x", Refusal(facts), StringComparison.Ordinal);
    }

    [Fact]
    public void Mount_OfADeadIomerge_IsStaleAndSaidSo()
    {
        MountPointFacts facts = s_good with { Mounted = s_own, Error = Errno.ENOTCONN };

        Assert.True(MountPointRules.IsStale(facts));
        Assert.Contains("stale", Refusal(facts), StringComparison.Ordinal);
        Assert.Contains("--clean-stale", Refusal(facts), StringComparison.Ordinal);
    }

    [Fact]
    public void Mount_OfAnotherDeadServer_IsNotOursToClean()
    {
        MountPointFacts facts = s_good with
        {
            Mounted = s_own with { FsType = "fuse.sshfs", Source = "host:/" }, Error = Errno.ENOTCONN,
        };

        Assert.False(MountPointRules.IsStale(facts));
        Assert.Contains("host:/", Refusal(facts), StringComparison.Ordinal);
    }

    [Fact]
    public void Mount_ThatDoesNotAnswer_IsRefusedAndNotStale()
    {
        MountPointFacts facts = s_good with { Mounted = s_own, Answers = false };

        Assert.False(MountPointRules.IsStale(facts));
        Assert.Contains("does not answer", Refusal(facts), StringComparison.Ordinal);
    }

    private static string Refusal(MountPointFacts facts) => Assert.IsType<string>(MountPointRules.Refuse(facts));
}
