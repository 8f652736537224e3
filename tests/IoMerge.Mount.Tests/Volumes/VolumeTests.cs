using IoMerge.Mount.Tests.Fuse.Support;
using IoMerge.Mount.Volumes;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Tests.Volumes;

public sealed class VolumeTests
{
    [Theory]
    [InlineData("disk", true)]
    [InlineData("...", true)]
    [InlineData("größe", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("a\0b", false)]
    public void IsValidName_Names_FollowTheFileSystemsRules(string name, bool valid) =>
        Assert.Equal(valid, Volume.IsValidName(name));

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void IsValidName_Length_IsBoundedInBytes(int length, bool valid) =>
        Assert.Equal(valid, Volume.IsValidName(new string('a', length)));

    [Fact]
    public void Constructor_BadName_Refuses() => Assert.Throws<ArgumentException>(() => Create("a/b"));

    [Fact]
    public void VolumeTable_SameNameTwice_Refuses()
    {
        var fault = Assert.Throws<ArgumentException>(() => new VolumeTable([Create("a"), Create("b"), Create("a")]));
        Assert.Contains("\"a\"", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void VolumeTable_NoVolume_Refuses() => Assert.Throws<ArgumentException>(() => new VolumeTable([]));

    [Theory]
    [InlineData(0UL, -1)]
    [InlineData(1UL, -1)]
    [InlineData(2UL, 0)]
    [InlineData(3UL, 1)]
    [InlineData(4UL, -1)]
    [InlineData(ulong.MaxValue, -1)]
    public void IndexOf_NodeIds_FindsVolumesOnly(ulong nodeid, int index) =>
        Assert.Equal(index, new VolumeTable([Create("a"), Create("b")]).IndexOf(nodeid));

    private static Volume Create(string name) =>
        new(name, new IoScheduler(new FakeStore(4096), new SchedulerOptions()), new VolumeOptions(),
            TimeProvider.System);
}
