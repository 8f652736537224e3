using IoMerge.Backends.Decorators;
using IoMerge.Backends.Local;

namespace IoMerge.Backends.Tests;

public sealed class MemoryContractTests : BackendContractTests
{
    protected override ValueTask<IBackend> OpenAsync() =>
        new(MemoryBackend.Create(new MemoryBackendOptions { Size = StoreSize }));
}

public sealed class MemorySmallPagesContractTests : BackendContractTests
{
    protected override ValueTask<IBackend> OpenAsync() =>
        new(MemoryBackend.Create(new MemoryBackendOptions { Size = StoreSize, HugePages = false }));
}

/// <summary>Files: one class per way of reaching the bytes, and per engine.</summary>
public abstract class FileContractTests(string? parent, DirectMode mode, EngineKind engine) : BackendContractTests
{
    private readonly TemporaryDirectory _directory = new(parent);

    protected override ValueTask<IBackend> OpenAsync()
    {
        Engines.SkipWhereRefused(engine);
        return new(FileBackend.Open(new FileBackendOptions
        {
            Path = _directory["volume"],
            CreateSize = StoreSize,
            Direct = mode,
            Engine = engine,
        }));
    }

    protected override ValueTask CleanUpAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Engine_OfAnOpenFile_IsTheOneAskedFor()
    {
        EngineKind best = parent is not null ? EngineKind.Inline
            : Engines.RingRefusal is null ? EngineKind.IoUring : EngineKind.Threads;
        Assert.Equal(engine == EngineKind.Auto ? best : engine, ((FileBackend)Store).Engine);
    }
}

public sealed class FilePageCacheRingContractTests()
    : FileContractTests(null, DirectMode.Off, EngineKind.IoUring);

public sealed class FilePageCacheThreadsContractTests()
    : FileContractTests(null, DirectMode.Off, EngineKind.Threads);

public sealed class FilePageCacheInlineContractTests()
    : FileContractTests(null, DirectMode.Off, EngineKind.Inline);

public sealed class FileDirectAutoContractTests() : FileContractTests(null, DirectMode.Required, EngineKind.Auto);

public sealed class FileDirectRingContractTests() : FileContractTests(null, DirectMode.Required, EngineKind.IoUring);

public sealed class FileDirectThreadsContractTests()
    : FileContractTests(null, DirectMode.Required, EngineKind.Threads);

public sealed class FileDirectInlineContractTests()
    : FileContractTests(null, DirectMode.Required, EngineKind.Inline);

public sealed class FileTmpfsRingContractTests()
    : FileContractTests("/dev/shm", DirectMode.Preferred, EngineKind.IoUring);

public sealed class FileTmpfsThreadsContractTests()
    : FileContractTests("/dev/shm", DirectMode.Preferred, EngineKind.Threads);

public sealed class FileTmpfsContractTests() : FileContractTests("/dev/shm", DirectMode.Preferred, EngineKind.Auto)
{
    [Fact]
    public void Geometry_OnTmpfs_SaysThatNothingIsDurableAndAllIsInline()
    {
        Assert.True(Store.Geometry.CompletesInline);
        Assert.False(Store.Geometry.IsDurable);
        Assert.False(((FileBackend)Store).IsDirect);
    }
}

/// <summary>Loop devices: one class per size of the logical block, and per engine.</summary>
public abstract class BlockDeviceContractTests(int sectorSize, EngineKind engine) : BackendContractTests
{
    private LoopDevice? _device;

    protected override int StoreSize => (1 << 20) + 4096;

    protected override ValueTask<IBackend> OpenAsync()
    {
        Assert.SkipUnless(Shell.IsRoot, "A loop device needs root.");
        Engines.SkipWhereRefused(engine);
        _device = new LoopDevice(StoreSize, sectorSize);
        return new(BlockDeviceBackend.Open(new BlockDeviceOptions { Path = _device.Path, Engine = engine }));
    }

    protected override ValueTask CleanUpAsync()
    {
        _device?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Geometry_OfALoopDevice_HasItsSectorSize()
    {
        Assert.Equal(sectorSize, Store.Geometry.BlockSize);
        Assert.True(Store.Geometry.IsDurable);
        Assert.True(Store.Geometry.CanDiscard);
    }
}

public sealed class BlockDevice512RingContractTests() : BlockDeviceContractTests(512, EngineKind.IoUring);

public sealed class BlockDevice512ThreadsContractTests() : BlockDeviceContractTests(512, EngineKind.Threads);

public sealed class BlockDevice4096RingContractTests() : BlockDeviceContractTests(4096, EngineKind.IoUring);

public sealed class BlockDevice4096InlineContractTests() : BlockDeviceContractTests(4096, EngineKind.Inline);

/// <summary>A decorator that is set to do nothing must be as good as the backend it wraps.</summary>
public abstract class DecoratorContractTests : BackendContractTests
{
    protected override ValueTask<IBackend> OpenAsync() =>
        new(Wrap(MemoryBackend.Create(new MemoryBackendOptions { Size = StoreSize })));

    protected abstract IBackend Wrap(IBackend inner);
}

public sealed class DelayContractTests : DecoratorContractTests
{
    protected override IBackend Wrap(IBackend inner) => new DelayBackend(inner, new DelayOptions { JitterUs = 50 });
}

public sealed class ErrorContractTests : DecoratorContractTests
{
    protected override IBackend Wrap(IBackend inner) => new ErrorBackend(inner, new ErrorOptions { Rate = 0 });
}

public sealed class RateLimitContractTests : DecoratorContractTests
{
    protected override IBackend Wrap(IBackend inner) => new RateLimitBackend(
        inner, new RateLimitOptions { OperationsPerSecond = 100_000, BytesPerSecond = 4L << 30 });
}

public sealed class LogContractTests : DecoratorContractTests
{
    private readonly TemporaryDirectory _directory = new();

    protected override IBackend Wrap(IBackend inner) =>
        new LogBackend(inner, new LogOptions { Path = _directory["operations.log"] });

    protected override ValueTask CleanUpAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class VerifyContractTests : DecoratorContractTests
{
    protected override IBackend Wrap(IBackend inner) => new VerifyBackend(inner, new VerifyOptions());
}
