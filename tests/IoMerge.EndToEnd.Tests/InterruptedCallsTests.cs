namespace IoMerge.EndToEnd.Tests;

/// <summary>
/// System calls of a server that fail with EINTR, and those that may with EAGAIN, again and again: nothing is lost, no
/// caller sees an error.
/// </summary>
public sealed class InterruptedCallsTests : IDisposable
{
    private const int Size = 32 << 20;

    /// <summary>Calls on the channel and on a socket: these may ask to be tried again.</summary>
    private static readonly string[] s_passing =
        ["read", "readv", "write", "writev", "splice", "sendmsg", "recvmsg"];

    /// <summary>Calls that wait, or work on the store: these can only be interrupted.</summary>
    private static readonly string[] s_waiting =
        ["poll", "ppoll", "pread64", "pwrite64", "preadv2", "pwritev2", "fdatasync", "fsync", "fallocate", "ioctl"];

    private readonly TemporaryFolder _folder = new();

    /// <summary>A store, what drives it, the error, and calls that must have been hit.</summary>
    public static TheoryData<StoreKind, string, string, string> Cases()
    {
        TheoryData<StoreKind, string, string, string> data = [];
        foreach (string engine in new[] { "Threads", "Inline" })
        foreach (StoreKind store in new[] { StoreKind.DirectFile, StoreKind.LoopDevice })
            data.Add(store, engine, "EINTR", "read write poll pread64 pwrite64 fdatasync fallocate");
        data.Add(StoreKind.PageCacheFile, "Threads", "EINTR", "read write poll preadv2 splice");
        data.Add(StoreKind.PageCacheFile, "Threads", "EAGAIN", "read write splice");
        data.Add(StoreKind.Memory, "", "EINTR", "read write poll");
        data.Add(StoreKind.Memory, "", "EAGAIN", "read write");
        return data;
    }

    [MountTheory]
    [MemberData(nameof(Cases))]
    public void Volume_WhoseCallsFailNowAndThen_LosesNothing(StoreKind kind, string engine, string error, string hit)
    {
        using Store store = new(kind, Size);
        using MountedVolume volume = MountedVolume.Start(
            store.Spec, engine.Length == 0 ? [] : ["--set", $"Volumes:disk:Backend:Engine={engine}"]);
        string? file = kind == StoreKind.LoopDevice ? store.Spec["block:".Length..] : store.File;
        Work(volume, error, file, hit);
    }

    /// <summary>The ring of the store, and those that replies go out by.</summary>
    [MountTheory]
    [InlineData("EINTR")]
    [InlineData("EAGAIN")]
    [InlineData("EBUSY")]
    public void VolumeOnARing_ThatCannotBeEnteredNowAndThen_LosesNothing(string error)
    {
        Assert.SkipUnless(Machine.HasIoUring, "needs io_uring");
        using Store store = new(StoreKind.DirectFile, Size);
        using MountedVolume volume = MountedVolume.Start(store.Spec, "--set", "Volumes:disk:Backend:Engine=IoUring");
        // Nothing else in the process has rings.
        Work(volume, Interruptions.Of(volume.Process, _folder, error, ["io_uring_enter"], []), "io_uring_enter");
    }

    [MountTheory]
    [InlineData("EINTR", "read write poll sendmsg recvmsg")]
    [InlineData("EAGAIN", "read write sendmsg recvmsg")]
    public void VolumeOverTheNetwork_WhoseCallsFailNowAndThen_LosesNothing(string error, string hit)
    {
        using NbdServer server = NbdServer.Nbdkit(_folder, "memory", $"{Size}");
        using MountedVolume volume = MountedVolume.Start(server.Uri);
        string said = Work(volume, error, null, hit, [.. Interruptions.SocketsOf(volume.Process)]);
        Assert.Contains(" 0 reconnects", said, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Work(MountedVolume volume, string error, string? store, string hit, params string[] sockets)
    {
        string[] calls = error == "EINTR" ? [.. s_passing, .. s_waiting] : s_passing;
        string[] files = ["/dev/fuse", .. sockets, .. store is null ? (string[])[] : [store]];
        return Work(volume, Interruptions.Of(volume.Process, _folder, error, calls, files), hit);
    }

    private string Work(MountedVolume volume, Interruptions started, string hit)
    {
        using Interruptions interruptions = started;
        string source = _folder.File("source"), disk = volume.Disk;
        Shell.Run($"head -c 8M /dev/urandom > '{source}'");
        Shell.Run($"cd '{_folder.Path}' && timeout 60 fio --name=v --filename='{disk}' --direct=1 --ioengine=libaio "
            + "--iodepth=16 --rw=randwrite --bsrange=4k-64k --offset=16m --size=6m --verify=crc32c --verify_fatal=1 "
            + "--fsync=32 --output-format=terse");
        Shell.Run($"timeout 60 dd if='{source}' of='{disk}' bs=4k oflag=direct conv=notrunc,fsync status=none");
        Shell.Run($"timeout 60 dd if='{disk}' bs=256k count=32 iflag=direct status=none | cmp - '{source}'");
        Shell.Run($"timeout 60 fallocate --punch-hole --offset 2M --length 1M '{disk}'");
        Shell.Run($"cmp -n $((1 << 20)) --ignore-initial=$((2 << 20)):0 '{disk}' /dev/zero");
        Shell.Run($"cmp -n $((5 << 20)) --ignore-initial=$((3 << 20)) '{disk}' '{source}'");
        string said = volume.Unmount();
        IReadOnlySet<string> failed = interruptions.Failed;
        Assert.True(failed.IsSupersetOf(hit.Split(' ')), $"failed: {string.Join(' ', failed)}; meant: {hit}");
        return said;
    }
}
