using IoMerge.Backends.Local;
using IoMerge.Testing;

namespace IoMerge.Backends.Tests;

/// <summary>Stores that run full or vanish in the middle.</summary>
public sealed class FullStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Write_OnAFullFileSystem_SaysHowMuchIsGood()
    {
        Assert.SkipUnless(Shell.IsRoot, "Mounting needs root.");
        Shell.Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", _directory.Path);
        try
        {
            await using FileBackend store = FileBackend.Open(
                new FileBackendOptions { Path = _directory["volume"], CreateSize = 1 << 20 });
            byte[] data = Stores.Pattern(1 << 20, 1);
            using IoProbe write = await IoProbe.Write(0, data).RunAsync(store);
            Assert.Equal(Errno.ENOSPC, write.Error);
            Assert.InRange(write.Result, 4096, 256 << 10);
            Assert.Equal(data[..(int)write.Result], await store.ReadAsync(0, (int)write.Result));
            Assert.Equal(1 << 20, store.Size);
        }
        finally
        {
            Shell.Run("umount", _directory.Path);
        }
    }

    [Fact]
    public async Task GrowingWrite_OnAFullFileSystem_LeavesTheLastGoodByte()
    {
        Assert.SkipUnless(Shell.IsRoot, "Mounting needs root.");
        Shell.Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", _directory.Path);
        try
        {
            await using FileBackend store = FileBackend.Open(
                new FileBackendOptions { Path = _directory["volume"], CreateSize = 4096, Growable = true });
            using IoProbe write = await IoProbe.Write(4096, new byte[1 << 20]).RunAsync(store);
            Assert.Equal(Errno.ENOSPC, write.Error);
            Assert.Equal(4096 + write.Result, store.Size);
            Assert.Equal(store.Size, new FileInfo(_directory["volume"]).Length);
            (Errno error, _) = await store.DoAsync(IoKind.Allocate, 0, 1 << 20);
            Assert.Equal(Errno.ENOSPC, error);
            Assert.Equal(store.Size, new FileInfo(_directory["volume"]).Length);
        }
        finally
        {
            Shell.Run("umount", _directory.Path);
        }
    }

    [Fact]
    public async Task Operations_OnADeviceThatLostItsStorage_FailAndDoNotHang()
    {
        Assert.SkipUnless(Shell.IsRoot, "A loop device needs root.");
        using LoopDevice device = new(1 << 20);
        await using BlockDeviceBackend store = BlockDeviceBackend.Open(new BlockDeviceOptions { Path = device.Path });
        await store.WriteAsync(0, Stores.Pattern(4096, 2));
        using (FileStream backing = new(device.Backing, FileMode.Open))
            backing.SetLength(512 << 10); // The second half of the device is gone.
        using IoProbe read = await IoProbe.Read(768 << 10, 4096).RunAsync(store);
        Assert.Equal((Errno.EIO, 0), (read.Error, read.Result));
        Assert.Equal(Stores.Pattern(4096, 2), await store.ReadAsync(0, 4096));
    }
}
