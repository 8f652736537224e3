using IoMerge.Backends.Local;
using IoMerge.Rings;
using static IoMerge.Rings.IoUringConstants;

namespace IoMerge.Backends.Tests;

/// <summary>Kernels that have no ring, or not the best one.</summary>
public sealed class RingRefusalTests
{
    private const uint TaskFlags =
        IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_COOP_TASKRUN;

    [Theory]
    [InlineData(38, "older than Linux 5.13")]
    [InlineData(1, "seccomp")]
    [InlineData(12, "no memory")]
    [InlineData(24, "EMFILE")]
    public async Task Auto_WhereRingsAreRefused_TakesThreadsAndSaysWhy(int error, string reason)
    {
        await using RingStore store = new(engine: EngineKind.Auto, prepare: kernel => Refuse(kernel, error));
        Assert.Equal(EngineKind.Threads, store.Backend.Engine);
        Assert.Contains(reason, store.Backend.EngineRefusal, StringComparison.Ordinal);
        byte[] data = Stores.Pattern(100_000, 1);
        await store.Backend.WriteAsync(4096, data);
        Assert.Equal(data, await store.Backend.ReadAsync(4096, data.Length));
    }

    [Fact]
    public void IoUring_WhereRingsAreRefused_IsNotOpenedAndSaysTheWayOut()
    {
        BackendOpenException fault = Assert.Throws<BackendOpenException>(
            () => new RingStore(prepare: kernel => Refuse(kernel, Errno.ENOSYS.Value)));
        Assert.Contains("io_uring is refused", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Set Engine to Auto or Threads", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN)]
    [InlineData(1, IORING_SETUP_COOP_TASKRUN)]
    [InlineData(2, 0)]
    public void Setup_ThatKnowsNotAllFlags_DoesWithLess(int refusals, uint flags)
    {
        using LyingKernel kernel = new(_ => -Errno.EBADF.Value);
        for (int setup = 0; setup < refusals; setup++)
            kernel.SetupErrors.Enqueue(Errno.EINVAL);
        using Ring? ring = RingOpener.TryOpen(kernel, RingUse.OneThread, out _, out _);
        Assert.NotNull(ring);
        Assert.Equal(flags, kernel.Flags[^1] & TaskFlags);
    }

    /// <summary>Any thread submits, and may not come back to the kernel for long.</summary>
    [Fact]
    public async Task Store_HasARingForAnyThread()
    {
        await using RingStore store = new();
        Assert.Equal(EngineKind.IoUring, store.Backend.Engine);
        Assert.Equal(0u, Assert.Single(store.Kernel.Flags) & (TaskFlags | IORING_SETUP_R_DISABLED));
    }

    [Theory]
    [InlineData(IORING_OP_READ)]
    [InlineData(IORING_OP_WRITEV)]
    public async Task Kernel_WithoutATransfer_IsNoneToRelyOn(byte code)
    {
        await using RingStore store = new(
            engine: EngineKind.Auto, prepare: kernel => kernel.MissingCodes.Add(code));
        Assert.Equal(EngineKind.Threads, store.Backend.Engine);
    }

    [Fact]
    public async Task Kernel_WithoutOtherCodes_LeavesThoseOperationsToThreads()
    {
        await using RingStore store = new(prepare: kernel =>
            kernel.MissingCodes.UnionWith([IORING_OP_FSYNC, IORING_OP_FALLOCATE]));
        bool wasAsked = false;
        store.Kernel.Answer = entry =>
        {
            wasAsked |= entry.opcode is IORING_OP_FSYNC or IORING_OP_FALLOCATE;
            return null;
        };
        Assert.Equal((Errno.None, 0), await store.Backend.DoAsync(IoKind.Flush, 0));
        Assert.Equal((Errno.None, 0), await store.Backend.DoAsync(IoKind.Discard, 0, 8192));
        Assert.False(wasAsked);
    }

    private static void Refuse(LyingKernel kernel, int error)
    {
        for (int setup = 0; setup < 3; setup++)
            kernel.SetupErrors.Enqueue(new Errno(error));
    }
}
