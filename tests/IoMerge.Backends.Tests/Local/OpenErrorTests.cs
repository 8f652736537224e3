using System.Globalization;
using IoMerge.Backends.Local;

namespace IoMerge.Backends.Tests;

/// <summary>What a person is told about a store that cannot be opened: the name, the cause, the way out.</summary>
public sealed class OpenErrorTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void File_ThatIsMissing_IsSaidAndNotCreated()
    {
        string path = _directory["missing"];
        Refused(() => FileBackend.Open(new FileBackendOptions { Path = path }), path, "does not exist", "CreateSize");
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void File_InAMissingDirectory_IsSaid() => Refused(
        () => FileBackend.Open(new FileBackendOptions { Path = _directory["no/file"], CreateSize = 4096 }),
        "directory", "Create the directory first");

    [Fact]
    public void File_ThatIsMissingAndReadOnly_IsNotCreated() => Refused(
        () => FileBackend.Open(new FileBackendOptions { Path = _directory["x"], CreateSize = 4096, ReadOnly = true }),
        "read-only volume is not created");

    [Fact]
    public void File_ThatIsADirectory_IsSaid() => Refused(
        () => FileBackend.Open(new FileBackendOptions { Path = _directory.Path }), "is a directory");

    [Fact]
    public void File_BelowAFile_IsSaid()
    {
        File.WriteAllText(_directory["plain"], "x");
        Refused(() => FileBackend.Open(new FileBackendOptions { Path = _directory["plain/below"] }), "not a directory");
    }

    [Fact]
    public void File_ThatIsNoRegularFile_IsSaid()
    {
        Refused(() => FileBackend.Open(new FileBackendOptions { Path = "/dev/null" }), "not a regular file");
        Shell.Run("mkfifo", _directory["pipe"]);
        Refused(() => FileBackend.Open(new FileBackendOptions { Path = _directory["pipe"] }), "not a regular file");
    }

    [Fact]
    public void File_ThatIsTooSmall_IsRefusedWithBothSizes()
    {
        File.WriteAllBytes(_directory["small"], new byte[4096]);
        Refused(
            () => FileBackend.Open(new FileBackendOptions { Path = _directory["small"], CreateSize = 8192 }),
            "4KiB", "8KiB", "growable");
    }

    [Fact]
    public async Task File_ThatIsTooSmallButGrowable_KeepsItsSize()
    {
        File.WriteAllBytes(_directory["small"], new byte[4096]);
        await using FileBackend store = FileBackend.Open(
            new FileBackendOptions { Path = _directory["small"], CreateSize = 8192, Growable = true });
        Assert.Equal(4096, store.Size);
    }

    [Fact]
    public async Task File_ThatExists_KeepsBytesAndSize()
    {
        File.WriteAllBytes(_directory["old"], Stores.Pattern(10_000, 1));
        await using FileBackend store =
            FileBackend.Open(new FileBackendOptions { Path = _directory["old"], CreateSize = 4096 });
        Assert.Equal(Stores.Pattern(10_000, 1), await store.ReadAsync(0, 20_000));
    }

    [Fact]
    public void File_ThatIsEmpty_IsRefused()
    {
        File.WriteAllBytes(_directory["empty"], []);
        Refused(() => FileBackend.Open(new FileBackendOptions { Path = _directory["empty"] }), "is empty");
    }

    [Theory]
    [InlineData(DirectMode.Off)]
    [InlineData(DirectMode.Required)]
    public async Task File_ThatIsInUse_IsRefusedUntilItIsFree(DirectMode mode)
    {
        FileBackendOptions options = new() { Path = _directory["shared"], CreateSize = 4096, Direct = mode };
        FileBackend first = FileBackend.Open(options);
        Refused(() => FileBackend.Open(options), "in use by another process");
        Refused(() => FileBackend.Open(options with { ReadOnly = true }), "in use by another process");
        await first.DisposeAsync();
        await FileBackend.Open(options).DisposeAsync();
    }

    [Fact]
    public async Task File_ThatAChildStillHas_IsFreeAllTheSame()
    {
        FileBackendOptions options = new() { Path = _directory["shared"], CreateSize = 4096 };
        FileBackend first = FileBackend.Open(options);
        // What a child has between its fork and its exec.
        string link = Directory.GetFiles("/proc/self/fd")
            .First(path => new FileInfo(path).LinkTarget == options.Path);
        int copy = Tmds.Linux.LibC.dup(int.Parse(Path.GetFileName(link), CultureInfo.InvariantCulture));
        await first.DisposeAsync();

        await FileBackend.Open(options).DisposeAsync();

        _ = Tmds.Linux.LibC.close(copy);
    }

    [Fact]
    public async Task File_OpenedReadOnlyTwice_IsShared()
    {
        File.WriteAllBytes(_directory["read"], new byte[4096]);
        FileBackendOptions options = new() { Path = _directory["read"], ReadOnly = true };
        await using FileBackend first = FileBackend.Open(options);
        await using FileBackend second = FileBackend.Open(options);
        Assert.True(second.Geometry.IsReadOnly);
    }

    [Theory]
    [InlineData(IoKind.Write)]
    [InlineData(IoKind.Zero)]
    [InlineData(IoKind.Discard)]
    [InlineData(IoKind.Allocate)]
    [InlineData(IoKind.Resize)]
    public async Task File_ThatIsReadOnly_RefusesEveryChange(IoKind kind)
    {
        File.WriteAllBytes(_directory["read"], Stores.Pattern(8192, 2));
        await using FileBackend store =
            FileBackend.Open(new FileBackendOptions { Path = _directory["read"], ReadOnly = true });
        Assert.Equal((Errno.EROFS, 0), await store.DoAsync(kind, 0, kind == IoKind.Resize ? 0 : 4096));
        Assert.Equal(Stores.Pattern(8192, 2), await store.ReadAsync(0, 8192));
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));
    }

    [Fact]
    public void File_OnTmpfsThatMustBeDirect_IsRefused()
    {
        using TemporaryDirectory memory = new("/dev/shm");
        string path = memory["volume"];
        FileBackendOptions options = new() { Path = path, CreateSize = 4096, Direct = DirectMode.Required };
        Refused(() => FileBackend.Open(options), "O_DIRECT", "Preferred");
        Assert.False(File.Exists(path)); // What was created for nothing is removed.
    }

    [Fact]
    public void Options_WithSeveralFaults_NameThemAll() => Refused(
        () => FileBackend.Open(new FileBackendOptions { Path = "", Workers = 0, ReadOnly = true, Growable = true }),
        "Path", "Workers", "1 to 256", "Growable");

    [Fact]
    public void Memory_WithoutSize_IsRefused() =>
        Refused(() => MemoryBackend.Create(new MemoryBackendOptions { Size = 0 }), "Size", "64TiB");

    [Fact]
    public void Memory_WhoseMaximumIsBelowItsSize_IsRefused() => Refused(
        () => MemoryBackend.Create(new MemoryBackendOptions { Size = 8192, MaxSize = 4096, Growable = true }),
        "MaxSize");

    [Fact]
    public void Device_ThatIsMissing_IsSaid() => Refused(
        () => BlockDeviceBackend.Open(new BlockDeviceOptions { Path = "/dev/no-such-disk" }),
        "does not exist", "lsblk");

    [Fact]
    public void Device_ThatIsAFile_PointsToTheOtherKind()
    {
        File.WriteAllText(_directory["plain"], "x");
        BlockDeviceOptions options = new() { Path = _directory["plain"] };
        Refused(() => BlockDeviceBackend.Open(options), "regular file", "file:");
        Refused(() => BlockDeviceBackend.Open(new BlockDeviceOptions { Path = "/dev/null" }), "not a block device");
    }

    [Fact]
    public async Task Device_ThatIsInUse_IsRefused()
    {
        Assert.SkipUnless(Shell.IsRoot, "A loop device needs root.");
        using LoopDevice device = new(1 << 20);
        await using BlockDeviceBackend first = BlockDeviceBackend.Open(new BlockDeviceOptions { Path = device.Path });
        Refused(() => BlockDeviceBackend.Open(new BlockDeviceOptions { Path = device.Path }), device.Path, "in use");
        Refused(() => FileBackend.Open(new FileBackendOptions { Path = device.Path }), "block device", "block:");
    }

    [Fact]
    public void Device_ThatIsMounted_IsRefusedWithTheMountPoint()
    {
        Assert.SkipUnless(Shell.IsRoot, "A loop device needs root.");
        using LoopDevice device = new(8 << 20);
        Shell.Run("mkfs.ext4", "-q", device.Path);
        string point = _directory["mounted"];
        Directory.CreateDirectory(point);
        Shell.Run("mount", device.Path, point);
        try
        {
            Refused(
                () => BlockDeviceBackend.Open(new BlockDeviceOptions { Path = device.Path }),
                "in use", $"mounted on {point}");
        }
        finally
        {
            Shell.Run("umount", point);
        }
    }

    [Fact]
    public async Task Device_ThatIsWriteProtected_IsServedOnlyReadOnly()
    {
        Assert.SkipUnless(Shell.IsRoot, "A loop device needs root.");
        using LoopDevice device = new(1 << 20, readOnly: true);
        Refused(() => BlockDeviceBackend.Open(new BlockDeviceOptions { Path = device.Path }), "read-only", "ReadOnly");
        await using BlockDeviceBackend store =
            BlockDeviceBackend.Open(new BlockDeviceOptions { Path = device.Path, ReadOnly = true });
        Assert.True(store.Geometry.IsReadOnly);
        Assert.Equal(new byte[1000], await store.ReadAsync(300, 1000));
        Assert.Equal((Errno.EROFS, 0), await store.DoAsync(IoKind.Zero, 0, 4096));
    }

    private static void Refused(Func<IBackend> open, params string[] parts)
    {
        BackendOpenException fault = Assert.Throws<BackendOpenException>(() => { open(); });
        Assert.All(parts, part => Assert.Contains(part, fault.Message, StringComparison.OrdinalIgnoreCase));
    }
}
