using IoMerge.Mount.Commands;

namespace IoMerge.Mount.Tests.Commands;

public sealed class MountHelperTests
{
    [Fact]
    public void NamesOfCommands_AreNotTakenForSourcesOfAMount() => Assert.All(
        CommandLine.CreateRoot().Subcommands,
        command => Assert.False(MountHelper.IsHelperCall([command.Name, "/somewhere", "-s"]), command.Name));

    [Theory]
    [InlineData("memory:1GiB /mnt -o rw", true)]
    [InlineData("/etc/iomerge/a.json /mnt -o dev,suid", true)]
    [InlineData("x /mnt -s -o rw", true)]
    [InlineData("mount /mnt -o rw", false)]
    [InlineData("mount /mnt --daemon", false)]
    [InlineData("mount /mnt -s Scheduler:Depth=1", false)]
    [InlineData("mout /mnt", false)]
    [InlineData("--version", false)]
    [InlineData("[suggest:3] iom -o", false)]
    public void Arguments_InTheFormOfMount_AreRecognised(string line, bool isHelperCall) =>
        Assert.Equal(isHelperCall, MountHelper.IsHelperCall(line.Split(' ')));

    [Theory]
    [InlineData("memory:1GiB /mnt -o rw,dev,suid,_netdev,nofail,x-systemd.automount",
        "mount /mnt --daemon --volume=disk=memory:1GiB")]
    [InlineData("a=file:/srv/x,create=1GiB /mnt -o policy=Scan,allow_other,ro",
        "mount /mnt --daemon --volume=a=file:/srv/x,create=1GiB --policy=Scan --allow-other --read-only")]
    [InlineData("/etc/iomerge/a.json /mnt -n -o Scheduler:Depth=4,clean_stale -t fuse.iomerge",
        "mount /mnt --daemon --config=/etc/iomerge/a.json --set=Scheduler:Depth=4 --clean-stale")]
    [InlineData("tank /mnt -r -o config=/a.json,fsname=t", "mount /mnt --daemon --set=Mount:FsName=tank --read-only "
        + "--config=/a.json --set=Mount:FsName=t")]
    [InlineData(@"tank /mnt -o volume=a=file:/x\,y",
        "mount /mnt --daemon --set=Mount:FsName=tank --volume=a=file:/x,y")]
    public void Arguments_OfMount_BecomeOurs(string line, string expected)
    {
        Assert.True(MountHelper.TryTranslate(line.Split(' '), out IReadOnlyList<string> translated, out string fault));

        Assert.Equal("", fault);
        Assert.Equal(expected, string.Join(' ', translated));
    }

    [Theory]
    [InlineData("memory:1GiB /mnt -o polcy=Scan", "polcy=Scan")]
    [InlineData("memory:1GiB /mnt -o rw -z", "-z")]
    [InlineData("memory:1GiB /mnt -o", "-o")]
    public void Option_Unknown_IsRefusedByName(string line, string named)
    {
        Assert.False(MountHelper.TryTranslate(line.Split(' '), out _, out string fault));
        Assert.Contains(named, fault, StringComparison.Ordinal);
    }
}
