using IoMerge.Backends.Local;
using IoMerge.Testing;
using static IoMerge.Rings.IoUringConstants;

namespace IoMerge.Backends.Tests;

/// <summary>Which transfers go to the kernel with registered memory, and that the others lose nothing.</summary>
public sealed class RegisteredMemoryTests
{
    private const int Block = 4096;

    [Fact]
    public async Task TransfersOfOnePiece_WithinRegisteredMemory_SayWhereItIs()
    {
        await using RingStore store = new();
        using IoProbe read = IoProbe.Read(0, [4 * Block]);
        IoSegment memory = read.Segments[0];
        store.Backend.RegisterMemory(memory.Address, memory.Length);

        Assert.Equal(IORING_OP_READ_FIXED, await CodeOfAsync(store, read));
        Assert.Equal(new byte[4 * Block], read.Data);
    }

    [Theory]
    [InlineData(Block, 3 * Block)]
    [InlineData(0, 3 * Block)]
    [InlineData(-Block, 4 * Block)]
    [InlineData(8 * Block, Block)]
    public async Task TransferThatLeavesRegisteredMemory_GoesAsWithoutIt(int start, int length)
    {
        await using RingStore store = new();
        byte[] data = Stores.Pattern(4 * Block, 3);
        using IoProbe write = IoProbe.Write(0, data);
        nint address = write.Segments[0].Address;
        store.Backend.RegisterMemory(address + start, length);

        Assert.Equal(IORING_OP_WRITE, await CodeOfAsync(store, write));
        Assert.Equal(data, await store.Backend.ReadAsync(0, data.Length));
    }

    [Fact]
    public async Task WriteFromRegisteredMemory_StoresTheBytes()
    {
        await using RingStore store = new();
        byte[] data = Stores.Pattern(4 * Block, 3);
        using IoProbe write = IoProbe.Write(Block, data);
        store.Backend.RegisterMemory(write.Segments[0].Address, data.Length);

        Assert.Equal(IORING_OP_WRITE_FIXED, await CodeOfAsync(store, write));
        Assert.Equal(data, await store.Backend.ReadAsync(Block, data.Length));
    }

    [Fact]
    public async Task TransferOfSeveralPieces_GoesAsAList()
    {
        await using RingStore store = new();
        using IoProbe read = IoProbe.Read(0, [Block, Block]);
        store.Backend.RegisterMemory(read.Segments[0].Address, Block);

        Assert.Equal(IORING_OP_READV, await CodeOfAsync(store, read));
    }

    [Fact]
    public async Task MemoryThatTheKernelRefuses_IsUsedAsAnyOther_AndNobodyIsWarned()
    {
        await using RingStore store = new(
            prepare: kernel => kernel.RefusedRegistrations.Add(IORING_REGISTER_BUFFERS));
        using IoProbe read = IoProbe.Read(0, [Block]);
        store.Backend.RegisterMemory(read.Segments[0].Address, Block);

        Assert.Equal(IORING_OP_READ, await CodeOfAsync(store, read));
        Assert.Empty(store.Warnings);
    }

    [Theory]
    [InlineData(DirectMode.Required, EngineKind.IoUring, 0, true)]
    [InlineData(DirectMode.Required, EngineKind.Threads, 0, false)]
    [InlineData(DirectMode.Off, EngineKind.IoUring, 0, false)]
    [InlineData(DirectMode.Required, EngineKind.IoUring, 60_000, false)]
    public async Task RegisteredMemory_IsWantedWhereItPays(
        DirectMode mode, EngineKind engine, int timeoutMs, bool isWanted)
    {
        await using RingStore store = new(mode, engine, timeoutMs);
        Assert.Equal(isWanted, store.Backend.Geometry.PrefersRegisteredMemory);
    }

    private static async Task<int> CodeOfAsync(RingStore store, IoProbe probe)
    {
        int code = -1;
        store.Kernel.Answer = entry =>
        {
            code = entry.opcode;
            return null;
        };
        await probe.RunAsync(store.Backend);
        Assert.Equal((Errno.None, probe.Extent.Length), (probe.Error, probe.Result));
        store.Kernel.Answer = _ => null;
        return code;
    }
}
