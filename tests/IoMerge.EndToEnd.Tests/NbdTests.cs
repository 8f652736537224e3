namespace IoMerge.EndToEnd.Tests;

/// <summary>Volumes on real NBD servers, through real mounts, with the tools people use.</summary>
public sealed class NbdTests : IDisposable
{
    private const int Size = 64 << 20;
    private readonly TemporaryFolder _folder = new();

    /// <summary>Servers by name: programs, plugins and filters that treat a client differently.</summary>
    public static TheoryData<string> Servers =>
    [
        "memory", "file", "blocksize-policy", "delay", "noparallel", "qemu-raw", "qemu-qcow2",
    ];

    public void Dispose() => _folder.Dispose();

    [MountTheory]
    [MemberData(nameof(Servers))]
    public void Volume_WrittenAndReadByDd_HoldsTheSameBytes(string name)
    {
        using NbdServer server = Start(name);
        using MountedVolume volume = MountedVolume.Start(server.Uri);
        string source = _folder.File("source"), disk = volume.Disk;
        Shell.Run($"head -c 24M /dev/urandom > '{source}'");

        Shell.Run($"dd if='{source}' of='{disk}' bs=2M oflag=direct conv=notrunc status=none");
        Shell.Run(
            $"dd if='{source}' of='{disk}' bs=4k count=512 skip=100 seek=100 oflag=direct conv=notrunc status=none");
        Shell.Run($"dd if='{source}' of='{disk}' bs=70001 count=20 skip=9 seek=9 conv=notrunc,fsync status=none");
        Shell.Run($"dd if='{disk}' bs=64k count=384 iflag=direct status=none | cmp '{source}' -");
        Shell.Run($"cmp -n $((24 << 20)) '{source}' '{disk}'");

        Assert.Equal(Size, new FileInfo(disk).Length);
        volume.Unmount();
        // Past iomerge, by another client.
        Shell.Run($"nbdcopy '{server.Uri}' '{_folder.File("copy")}'");
        Shell.Run($"cmp -n $((24 << 20)) '{source}' '{_folder.File("copy")}'");
    }

    [MountTheory]
    [MemberData(nameof(Servers))]
    public void Volume_UnderFioWithFsync_VerifiesEveryBlock(string name)
    {
        using NbdServer server = Start(name);
        using MountedVolume volume = MountedVolume.Start(server.Uri);

        // It leaves a file of its own where it is started.
        Shell.Run($"cd '{_folder.Path}' && fio --output-format=terse --direct=1 --ioengine=libaio --iodepth=32"
            + $" --verify=crc32c --verify_fatal=1 --do_verify=1 --filename='{volume.Disk}' --fsync=64 --bs=4k --size=8m"
            + " --name=random --rw=randwrite --name=sequential --rw=write --offset=16m", TimeSpan.FromMinutes(2));

        volume.Unmount();
    }

    [MountTheory]
    [InlineData("memory")]
    [InlineData("file")]
    [InlineData("qemu-qcow2")]
    public void Holes_PunchedAndSought_AreWhereTheyShouldBe(string name)
    {
        using NbdServer server = Start(name);
        using MountedVolume volume = MountedVolume.Start(server.Uri);
        Shell.Run($"dd if=/dev/urandom of='{volume.Disk}' bs=1M count=8 oflag=direct conv=notrunc status=none");

        Shell.Run($"fallocate --punch-hole --offset 2M --length 2M '{volume.Disk}'");
        Shell.Run($"fallocate --zero-range --keep-size --offset 5M --length 1M '{volume.Disk}'");

        Shell.Run($"cmp -n $((2 << 20)) --ignore-initial=$((2 << 20)):0 '{volume.Disk}' /dev/zero");
        Shell.Run($"cmp -n $((1 << 20)) --ignore-initial=$((5 << 20)):0 '{volume.Disk}' /dev/zero");
        using RawFile file = new(volume.Disk, Native.O_RDONLY);
        Assert.Equal(2 << 20, file.Seek(0, Native.SEEK_HOLE));
        Assert.Equal(4 << 20, file.Seek(2 << 20, Native.SEEK_DATA));
        file.Dispose();
        volume.Unmount();
    }

    /// <summary>
    /// Threads of the runtime would be woken by every packet beside the connection's, and spin: seen to cost three
    /// times of what everything else does. What it watches by epoll(7), the kernel lists.
    /// </summary>
    [MountTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Connections_AreNotWatchedByTheRuntime(bool onPort)
    {
        string[] arguments = ["memory", $"{Size}"];
        using NbdServer server = onPort ? NbdServer.NbdkitOnPort(arguments) : NbdServer.Nbdkit(_folder, arguments);
        using MountedVolume volume = MountedVolume.Start(server.Uri);
        Shell.Run($"dd if='{volume.Disk}' of=/dev/null bs=1M iflag=direct status=none");

        string[] watched = [.. Directory.GetFiles($"/proc/{volume.Process.Id}/fdinfo")
            .SelectMany(File.ReadAllLines).Where(line => line.StartsWith("tfd:", StringComparison.Ordinal))];

        Assert.Empty(watched);
        volume.Unmount();
    }

    /// <summary>The kernel shows a ring as a descriptor; readers have theirs from the beginning.</summary>
    [MountTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Replies_OfConnections_GoInTogetherThroughRingsOfTheirThreads(bool areBatched)
    {
        using NbdServer server = NbdServer.Nbdkit(_folder, "memory", $"{Size}");
        using MountedVolume volume = MountedVolume.Start(server.Uri, "--set", $"Fuse:BatchReplies={areBatched}");
        int Rings() => Directory.GetFiles($"/proc/{volume.Process.Id}/fd").Count(
            path => new FileInfo(path).LinkTarget?.Contains("io_uring", StringComparison.Ordinal) == true);
        int before = Rings();

        Shell.Run($"dd if='{volume.Disk}' of=/dev/null bs=1M count=8 iflag=direct status=none");

        Assert.Equal(areBatched, Rings() > before);
        volume.Unmount();
    }

    [MountFact]
    public void ReadOnlyExport_IsReadAndNotWritten()
    {
        using NbdServer server = NbdServer.Nbdkit(_folder, "--readonly", "pattern", $"{Size}");
        using MountedVolume volume = MountedVolume.Start(server.Uri);

        Assert.Equal(Native.EROFS, RawFile.OpenErrno(volume.Disk, Native.O_RDWR));
        Shell.Run($"dd if='{volume.Disk}' of=/dev/null bs=1M iflag=direct status=none");
        volume.Unmount();
    }

    [MountTheory]
    [InlineData("EIO", Native.EIO)]
    [InlineData("ENOSPC", Native.ENOSPC)]
    public void ErrorsOfTheServer_ReachTheCaller_AndEndWhenTheServerDoes(string error, int errno)
    {
        string trigger = _folder.File("trigger");
        using NbdServer server = NbdServer.Nbdkit(_folder, "--filter=error", "memory", $"{Size}",
            $"error-pwrite={error}", "error-pwrite-rate=100%", $"error-pwrite-file={trigger}");
        using MountedVolume volume = MountedVolume.Start(server.Uri);
        using RawFile file = new(volume.Disk, Native.O_RDWR | Native.O_DIRECT);
        using AlignedBuffer buffer = new(4096);
        Assert.Equal(4096, file.Write(buffer.Span, 0));
        File.WriteAllText(trigger, "");

        long failed = file.Write(buffer.Span, 4096);
        File.Delete(trigger);
        long written = file.Write(buffer.Span, 4096);

        Assert.Equal((-errno, 4096), (failed, written));
        Assert.Equal(0, file.Sync());
        file.Dispose();
        volume.Unmount();
    }

    private NbdServer Start(string name)
    {
        string image = _folder.File("image");
        switch (name)
        {
            case "memory":
                return NbdServer.Nbdkit(_folder, "memory", $"{Size}");
            case "file":
                Shell.Run($"truncate -s {Size} '{image}'");
                return NbdServer.Nbdkit(_folder, "file", image);
            case "blocksize-policy":
                return NbdServer.Nbdkit(_folder, "--filter=blocksize-policy", "memory", $"{Size}",
                    "blocksize-minimum=4096", "blocksize-preferred=65536", "blocksize-maximum=262144",
                    "blocksize-error-policy=error");
            case "delay":
                return NbdServer.Nbdkit(_folder, "--filter=delay", "memory", $"{Size}", "rdelay=1ms", "wdelay=1ms");
            case "noparallel":
                return NbdServer.Nbdkit(_folder, "--filter=noparallel", "memory", $"{Size}", "serialize=requests");
            default:
                string format = name["qemu-".Length..];
                Shell.Run($"qemu-img create -q -f {format} '{image}' {Size}");
                return NbdServer.Qemu(_folder, "--format", format, "--discard=unmap", image);
        }
    }
}
