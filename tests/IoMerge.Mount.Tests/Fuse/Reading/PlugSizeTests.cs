using IoMerge.Mount.Fuse.Reading;

namespace IoMerge.Mount.Tests.Fuse.Reading;

public sealed class PlugSizeTests
{
    [Fact]
    public void Limit_WhileGatheringPays_IsLarge()
    {
        var size = new PlugSize();
        for (int plug = 0; plug < 100; plug++)
        {
            Assert.Equal(PlugSize.Large, size.Limit);
            size.Next(gatheringPays: true);
        }
    }

    [Fact]
    public void Limit_WhileItDoesNot_IsSmall_ButForEverySixteenth()
    {
        var size = new PlugSize();
        int large = 0;
        for (int plug = 0; plug < 10 * PlugSize.Interval; plug++)
        {
            size.Next(gatheringPays: false);
            large += size.Limit == PlugSize.Large ? 1 : 0;
            Assert.True(size.Limit is PlugSize.Small or PlugSize.Large);
        }
        Assert.Equal(10, large);
    }

    [Fact]
    public void Limit_OnceGatheringPaysAgain_IsLargeAtOnce()
    {
        var size = new PlugSize();
        size.Next(gatheringPays: false);
        Assert.Equal(PlugSize.Small, size.Limit);
        size.Next(gatheringPays: true);
        Assert.Equal(PlugSize.Large, size.Limit);
    }
}
