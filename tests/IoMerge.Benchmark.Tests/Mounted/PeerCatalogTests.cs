using IoMerge.Benchmark.Mounted.Programs;
using IoMerge.Benchmark.Mounted.Stores;
using IoMerge.Benchmark.Mounted.Targets;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Tests.Mounted;

/// <summary>Which columns stand on which stores, and how they are started.</summary>
public sealed class PeerCatalogTests
{
    [Theory]
    [InlineData("raw", "memory", "iomerge's memory")]
    [InlineData("qemu", "config:disk", "configuration")]
    [InlineData("qemu", "rbd:pool/image", "an image is none")]
    [InlineData("raw", "rbd:pool/space/image", "no namespace")]
    [InlineData("raw", "rbd:pool/image@monday", "snapshot")]
    [InlineData("raw", "rbd:pool/image,keyring=/k", "keyring")]
    [InlineData("nbdfuse", "file", "page cache")]
    [InlineData("nbdfuse", "loop-1000iops", "page cache")]
    [InlineData("raw", "nbd-memory", "needs a file")]
    [InlineData("nbdfuse", "nbd://host/export", "somebody's")]
    [InlineData("nullfuse-store", "nbd-delay1ms", "needs a file")]
    public void AnUnfairComparison_IsRefused_AndSaysWhy(string peer, string store, string why)
    {
        LeftOut refusal = PeerCatalog.Refuse(Find(peer), StoreName.Parse(store)!, _ => true)!;

        Assert.Equal($"{peer} on {store}", refusal.What);
        Assert.Contains(why, refusal.Why, StringComparison.Ordinal);
        Assert.NotEmpty(refusal.WayOut);
    }

    [Theory]
    [InlineData("qemu", "apt-get install -y qemu-system-common")]
    [InlineData("nbdfuse", "apt-get install -y libnbd-bin nbdkit")]
    [InlineData("nullfuse", "apt-get install -y gcc libc6-dev")]
    public void WhatIsNotInstalled_IsNamedWithItsPackages(string peer, string wayOut) => Assert.Equal(
        "Install it: " + wayOut, PeerCatalog.Refuse(Find(peer), StoreName.Parse("tmpfs")!, _ => false)!.WayOut);

    [Fact]
    public void EveryColumn_StandsOnATmpfs_WhenAllIsInstalled() => Assert.All(
        PeerCatalog.All, peer => Assert.Null(PeerCatalog.Refuse(peer, StoreName.Parse("tmpfs")!, _ => true)));

    [Fact]
    public void OverNbdkit_PeersSpeakWithTheSameServer()
    {
        var store = new PreparedStore(StoreName.Parse("nbd-delay1ms")!, "nbd+unix:///?socket=/d/s", null, 4096)
        {
            Socket = "/d/s",
        };

        (CommandWords nbdfuse, string disk) = PeerCatalog.CommandOf(Find("nbdfuse"), store, "", "/f");
        (CommandWords qemu, _) = PeerCatalog.CommandOf(Find("qemu"), store, "", "/f");

        Assert.Equal("nbdfuse /f/mnt/disk nbd+unix:///?socket=/d/s", nbdfuse.ToString());
        Assert.Equal("/f/mnt/disk", disk);
        Assert.Contains("driver=nbd,server.type=unix,server.path=/d/s", qemu.ToString(), StringComparison.Ordinal);
        Assert.Null(PeerCatalog.Refuse(Find("nbdfuse"), store.Name, _ => true));
        Assert.Null(PeerCatalog.Refuse(Find("qemu"), store.Name, _ => true));
    }

    [Fact]
    public void OnADisk_ServersGoPastThePageCache()
    {
        var store = new PreparedStore(StoreName.Parse("file")!, "file:/d/s", "/d/s", 4096);

        (CommandWords qemu, string export) = PeerCatalog.CommandOf(Find("qemu"), store, "/n", "/f");
        (CommandWords plain, string disk) = PeerCatalog.CommandOf(Find("nullfuse-store"), store, "/n", "/f");

        Assert.Contains("cache.direct=on", qemu.ToString(), StringComparison.Ordinal);
        Assert.Contains("-d -b /d/s", plain.ToString(), StringComparison.Ordinal);
        Assert.Equal(("/f/export", "/f/mnt/disk"), (export, disk));
    }

    [Fact]
    public void AMemberOfAGroup_JoinsBeforeItRuns()
    {
        CommandWords command = new CommandWords("fio", ["--name=a b"]).Within("/g/cgroup.procs");

        Assert.Equal("sh", command.Program);
        Assert.Equal(
            ["-c", "echo $$ >\"$0\" && exec \"$@\"", "/g/cgroup.procs", "fio", "--name=a b"], command.Arguments);
    }

    private static StrategyFacts Find(string name) => PeerCatalog.All.Single(peer => peer.Name == name);
}
