using IoMerge.Benchmark.Mounted.Stores;

namespace IoMerge.Benchmark.Tests.Mounted;

/// <summary>The names of stores, and where the kernel's throttle is.</summary>
public sealed class StoreNameTests
{
    [Theory]
    [InlineData("memory", "Memory", 0, "")]
    [InlineData("tmpfs", "Tmpfs", 0, "")]
    [InlineData("file", "DiskFile", 0, "")]
    [InlineData("loop", "Loop", 0, "")]
    [InlineData("loop-1000iops", "Loop", 1000, "")]
    [InlineData("nbd-memory", "Nbd", 0, "")]
    [InlineData("nbd-delay1ms", "Nbd", 0, "")]
    [InlineData("nbd-delay20ms-serial", "Nbd", 0, "")]
    [InlineData("nbd://host:1/export", "Address", 0, "")]
    [InlineData("nbds+unix:///e?socket=/s", "Address", 0, "")]
    [InlineData("config:disk", "Configured", 0, "disk")]
    [InlineData("rbd:pool/image,conf=/c", "CephImage", 0, "")]
    public void AName_Parsed_SaysWhatTheStoreIs(string text, string medium, int iops, string volume)
    {
        StoreName name = StoreName.Parse(text)!;

        Assert.Equal((medium, iops, volume), (name.Medium.ToString(), name.Iops, name.Volume));
        Assert.Equal(text, name.Facts.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Memory")]
    [InlineData("loop-")]
    [InlineData("loop-iops")]
    [InlineData("loop-0iops")]
    [InlineData("loop--5iops")]
    [InlineData("loop-99999999999iops")]
    [InlineData("nbd")]
    [InlineData("nbd-delayms")]
    [InlineData("nbd-delay0ms")]
    [InlineData("nbd-delay-1ms")]
    [InlineData("nbd-delay1ms-")]
    [InlineData("nbd-delay10001ms")]
    [InlineData("nbd-serial")]
    [InlineData("config:")]
    [InlineData("rbd:")]
    public void WhatIsNoName_IsRefused(string text) => Assert.Null(StoreName.Parse(text));

    [Theory]
    [InlineData("nbd-memory", "memory 4096")]
    [InlineData("nbd-delay1ms", "--filter=delay memory 4096 rdelay=1ms wdelay=1ms")]
    [InlineData("nbd-delay5ms-serial",
        "--filter=noparallel --filter=delay memory 4096 serialize=all-requests rdelay=5ms wdelay=5ms")]
    public void Nbdkit_OfAName_IsStartedWithWhatTheNameSays(string text, string arguments) => Assert.Equal(
        $"nbdkit --foreground --unix /s --pidfile /p {arguments}",
        NbdkitStore.Parse(text)!.CommandOf("/s", "/p", 4096).ToString());

    [Fact]
    public void Throttle_OfCgroup1_HasAFileForEachDirection()
    {
        const string Mounts = """
            tmpfs /sys/fs/cgroup tmpfs rw 0 0
            cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0
            cgroup /sys/fs/cgroup/blkio cgroup rw,nosuid,blkio 0 0
            cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
            """;

        ThrottleGroups groups = ThrottleGroups.Find(Mounts, _ => "hugetlb\n")!;

        Assert.Equal(
            [("/g/blkio.throttle.read_iops_device", "7:0 1000"), ("/g/blkio.throttle.write_iops_device", "7:0 1000")],
            groups.Limits("/g", "7:0", 1000));
        Assert.Equal("/sys/fs/cgroup/blkio", groups.Root);
    }

    [Fact]
    public void Throttle_OfCgroup2_HasOneFile()
    {
        const string Mounts = "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n";

        ThrottleGroups groups = ThrottleGroups.Find(Mounts, _ => "cpuset cpu io memory\n")!;

        Assert.Equal([("/g/io.max", "7:0 riops=1000 wiops=1000")], groups.Limits("/g", "7:0", 1000));
    }

    [Theory]
    [InlineData("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n", "cpu iocost\n")]
    [InlineData("cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\n", "")]
    [InlineData("", "")]
    public void Throttle_WithoutItsController_IsNotThere(string mounts, string controllers) =>
        Assert.Null(ThrottleGroups.Find(mounts, _ => controllers));

    [Fact]
    public void Throttle_OfCgroup2_IsMadeAndRemovedWhereTheHierarchyIs()
    {
        string root = Directory.CreateTempSubdirectory("iomerge-groups-").FullName;
        File.WriteAllText(Path.Combine(root, "cgroup.subtree_control"), "");
        try
        {
            using (IoThrottle throttle = IoThrottle.Create(new ThrottleGroups(root, true), "own", "7:3", 500))
            {
                Assert.Equal(Path.Combine(root, "own", "cgroup.procs"), throttle.ProcessesFile);
                Assert.Equal("7:3 riops=500 wiops=500", File.ReadAllText(Path.Combine(root, "own", "io.max")));
                Assert.Equal("+io", File.ReadAllText(Path.Combine(root, "cgroup.subtree_control")));
                // The kernel's files go with their folder; these are plain ones.
                File.Delete(Path.Combine(root, "own", "io.max"));
                File.WriteAllText(throttle.ProcessesFile, "");
                File.Delete(throttle.ProcessesFile);
                Directory.Delete(Path.Combine(root, "own"));
            }
            Assert.Equal("-io", File.ReadAllText(Path.Combine(root, "cgroup.subtree_control")));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
