using IoMerge.Backends;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Mounting;

namespace IoMerge.Mount.Tests.Mounting;

public sealed class MountCallTests
{
    [Fact]
    public void KernelOptions_ByDefault_CheckPermissionsAndLetNobodyElseIn()
    {
        string data = KernelMount.Data(7, new MountOptions());

        Assert.StartsWith("fd=7,rootmode=40000,user_id=", data, StringComparison.Ordinal);
        Assert.Contains("default_permissions", data, StringComparison.Ordinal);
        Assert.DoesNotContain("allow_other", data, StringComparison.Ordinal);
        string open = KernelMount.Data(7, new MountOptions { AllowOther = true });
        Assert.EndsWith(",allow_other", open, StringComparison.Ordinal);
    }

    [Fact]
    public void HelperOptions_SayNameTypeAndSafety()
    {
        Assert.Equal("fsname=x,subtype=iomerge,default_permissions,nosuid,nodev",
            FusermountClient.Options(new MountOptions { FsName = "x" }));
        Assert.Equal("fsname=iomerge,subtype=iomerge,default_permissions,nosuid,nodev,allow_other,ro",
            FusermountClient.Options(new MountOptions { AllowOther = true, ReadOnly = true }));
    }

    [Fact]
    public void DeviceErrors_EachNameTheWayOut()
    {
        Assert.Contains("modprobe fuse", KernelMount.ExplainOpen(Errno.ENOENT), StringComparison.Ordinal);
        Assert.Contains("modprobe fuse", KernelMount.ExplainOpen(Errno.ENODEV), StringComparison.Ordinal);
        Assert.Contains("chmod 666", KernelMount.ExplainOpen(Errno.EACCES), StringComparison.Ordinal);
        Assert.Contains("EIO", KernelMount.ExplainOpen(Errno.EIO), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/fd/x")]
    [InlineData("/dev/fd/")]
    [InlineData("/dev/fd/-1")]
    [InlineData("/dev/fd/999999")]
    [InlineData("/dev/fd/0")]
    public void HandedOverChannel_ThatIsNone_IsRefused(string mountPoint)
    {
        MountException fault = Assert.Throws<MountException>(
            () => Mounter.Prepare(new MountOptions { MountPoint = mountPoint }));

        Assert.StartsWith(mountPoint, fault.Message, StringComparison.Ordinal);
    }
}
