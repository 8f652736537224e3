using IoMerge.Mount.Mounting;

namespace IoMerge.Mount.Tests.Mounting;

public sealed class StorePathsTests
{
    [Theory]
    [InlineData("/mnt/x/disk.img", "/mnt/x", true)]
    [InlineData("/mnt/x/deep/er/disk.img", "/mnt/x", true)]
    [InlineData("/mnt/x/../x/disk.img", "/mnt/x", true)]
    [InlineData("/mnt/x/../disk.img", "/mnt/x", false)]
    [InlineData("/mnt/xy/disk.img", "/mnt/x", false)]
    [InlineData("/srv/disk.img", "/mnt/x", false)]
    [InlineData("/srv/disk.img", "/", true)]
    public void Store_BelowTheMountPoint_IsRefused(string path, string mountPoint, bool isRefused) =>
        Assert.Equal(isRefused, StorePaths.Refuse("the store", path, mountPoint) is not null);

    [Fact]
    public void Store_BehindASymbolicLink_IsRefused()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("iomerge-test-");
        try
        {
            string mountPoint = Directory.CreateDirectory(Path.Combine(folder.FullName, "mnt")).FullName;
            string link = Path.Combine(folder.FullName, "link");
            Directory.CreateSymbolicLink(link, mountPoint);

            Assert.NotNull(StorePaths.Refuse("the store", Path.Combine(link, "new.img"), mountPoint));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
