using CsCheck;
using IoMerge.Testing;

namespace IoMerge.Backends.Tests;

/// <summary>
/// What <see cref="IBackend"/> promises, tested against each implementation. A derived class says how to open one.
/// </summary>
public abstract class BackendContractTests : IAsyncLifetime
{
    private IBackend? _store;
    private IoProbe? _registered;

    /// <summary>Size of the store under test; a file's need not be a multiple of anything.</summary>
    protected virtual int StoreSize => (1 << 20) + 1000;

    protected IBackend Store => _store ?? throw new InvalidOperationException("The store is not open.");

    /// <summary>Opens a new store of <see cref="StoreSize"/> bytes that reads as zeros and does not grow.</summary>
    protected abstract ValueTask<IBackend> OpenAsync();

    /// <summary>Removes what the store leaves behind.</summary>
    protected virtual ValueTask CleanUpAsync() => ValueTask.CompletedTask;

    public async ValueTask InitializeAsync() => _store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _registered?.Dispose();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Geometry_OfAnOpenStore_IsSane()
    {
        BackendGeometry geometry = Store.Geometry;
        Assert.Equal(StoreSize, Store.Size);
        Assert.True(geometry.BlockSize > 0 && int.IsPow2(geometry.BlockSize));
        Assert.True(geometry.MemoryAlignment > 0 && int.IsPow2(geometry.MemoryAlignment));
        Assert.True(geometry.MaxSegments >= 1 && geometry.MaxTransferBytes >= geometry.BlockSize);
        Assert.True(geometry.PreferredTransferBytes >= 0);
    }

    [Fact]
    public async Task Anticipate_WhateverTheExtent_ChangesNothing()
    {
        byte[] bytes = [.. Enumerable.Range(0, StoreSize).Select(i => (byte)(i * 7))];
        await Store.WriteAsync(0, bytes);
        foreach (long offset in new[] { 0, 1, 4095, StoreSize - 1, StoreSize, 1L << 40, long.MaxValue - (1 << 20) })
        {
            Store.Anticipate(new Extent(offset, 1));
            Store.Anticipate(new Extent(offset, 1 << 20));
        }
        Assert.Equal(StoreSize, Store.Size);
        Assert.Equal(bytes, await Store.ReadAsync(0, StoreSize));
    }

    [Fact]
    public async Task Read_OfANewStore_GivesZeros()
    {
        byte[] bytes = await Store.ReadAsync(0, StoreSize);
        Assert.Equal(StoreSize, bytes.Length);
        Assert.DoesNotContain(bytes, value => value != 0);
    }

    [Fact]
    public async Task Read_ThatTakesFiles_GivesTheBytesWhicheverWay()
    {
        byte[] bytes = Stores.Pattern(StoreSize, 40);
        await Store.WriteAsync(0, bytes);
        Random random = new(41);
        for (int round = 0; round < 200; round++)
        {
            int offset = random.Next(StoreSize + 2000);
            int length = 1 + random.Next(1 << random.Next(21));
            using IoProbe read = await IoProbe.ReadFromFile(offset, length).RunAsync(Store);
            int there = Math.Clamp(StoreSize - offset, 0, length);
            Assert.Equal((Errno.None, there, 1), (read.Error, read.Result, read.Completions));
            Span<byte> expected = bytes.AsSpan(Math.Min(offset, StoreSize), there);
            Assert.True(expected.SequenceEqual(read.Data), $"{offset} {length}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(255)]
    [InlineData(1024)]
    public async Task WriteThenRead_OfSegments_GivesTheBytes(int count)
    {
        byte[] data = Stores.Pattern(count * 700, count);
        using IoProbe write = await IoProbe.Write(4096, data, Stores.Split(data.Length, count, 1)).RunAsync(Store);
        Assert.Equal((Errno.None, data.Length), (write.Error, write.Result));
        using IoProbe read = await IoProbe.Read(4096, Stores.Split(data.Length, count, 2)).RunAsync(Store);
        Assert.Equal((Errno.None, data.Length), (read.Error, read.Result));
        Assert.Equal(data, read.Data);
    }

    [Fact]
    public async Task WriteThenRead_OfAlignedBlocks_GivesTheBytes()
    {
        int block = Math.Max(4096, Store.Geometry.BlockSize);
        byte[] data = Stores.Pattern(block * 64, 7);
        int[] lengths = [.. Enumerable.Repeat(block, 64)];
        using IoProbe write = await IoProbe.Write(block, data, lengths).RunAsync(Store);
        using IoProbe read = await IoProbe.Read(block, lengths).RunAsync(Store);
        Assert.Equal((Errno.None, data.Length), (write.Error, write.Result));
        Assert.Equal(data, read.Data);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(511, 2, 3)]
    [InlineData(4095, 2, 0)]
    [InlineData(512, 512, 8)]
    [InlineData(4096, 4096, 8)]
    [InlineData(4097, 300_000, 1)]
    [InlineData(4096, 300_001, 0)]
    [InlineData(100, 700_000, 17)]
    public async Task Write_OfAnyAlignment_LeavesTheNeighboursAlone(int offset, int length, int misalignment)
    {
        byte[] expected = Stores.Pattern(StoreSize, 1);
        await Store.WriteAsync(0, expected);
        byte[] data = Stores.Pattern(length, 2);
        using IoProbe write = await IoProbe.Write(offset, data, misalignment: misalignment).RunAsync(Store);
        Assert.Equal((Errno.None, length), (write.Error, write.Result));
        data.CopyTo(expected, offset);
        Assert.Equal(expected, await Store.ReadAsync(0, StoreSize));
        using IoProbe read = await IoProbe.Read(offset, [length], misalignment).RunAsync(Store);
        Assert.Equal(data, read.Data);
        Assert.Equal(StoreSize, Store.Size);
    }

    [Fact]
    public async Task Transfers_WithMemoryThatWasRegistered_AndWithOther_GiveTheBytes()
    {
        byte[] data = Stores.Pattern(8192, 9);
        _registered = IoProbe.Read(4096, [data.Length]);
        IoSegment memory = _registered.Segments[0];
        Store.RegisterMemory(memory.Address, memory.Length);
        using IoProbe write = await IoProbe.Write(4096, data).RunAsync(Store);
        using IoProbe other = await IoProbe.Read(4096, [data.Length]).RunAsync(Store);
        await _registered.RunAsync(Store);
        Assert.Equal((Errno.None, Errno.None, Errno.None), (write.Error, other.Error, _registered.Error));
        Assert.Equal(data, other.Data);
        Assert.Equal(data, _registered.Data);
    }

    [Fact]
    public async Task Transfer_OfAlignedMemoryBetweenOddPieces_GivesTheBytes()
    {
        int[] lengths = [100, 200_000, 4096, 131_072, 513, 65_536, 1];
        byte[] data = Stores.Pattern(lengths.Sum(), 3);
        using IoProbe write = await IoProbe.Write(3996, data, lengths).RunAsync(Store);
        using IoProbe read = await IoProbe.Read(3996, lengths).RunAsync(Store);
        Assert.Equal((Errno.None, data.Length), (write.Error, write.Result));
        Assert.Equal(data, read.Data);
    }

    [Fact]
    public async Task Read_AcrossTheEnd_IsShort()
    {
        byte[] data = Stores.Pattern(1000, 4);
        await Store.WriteAsync(StoreSize - 1000, data);
        using IoProbe read = await IoProbe.Read(StoreSize - 1000, [600, 600, 5000]).RunAsync(Store);
        Assert.Equal((Errno.None, 1000), (read.Error, read.Result));
        Assert.Equal(data, read.Data);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    public async Task Read_BehindTheEnd_IsEmpty(int distance)
    {
        using IoProbe read = await IoProbe.Read(StoreSize + distance, 4096).RunAsync(Store);
        Assert.Equal((Errno.None, 0), (read.Error, read.Result));
    }

    [Fact]
    public async Task Read_Near2To63_IsEmpty()
    {
        using IoProbe read = await IoProbe.Read(long.MaxValue - 4096, 4096).RunAsync(Store);
        Assert.Equal((Errno.None, 0), (read.Error, read.Result));
    }

    [Fact]
    public async Task Write_AcrossTheEndOfAFixedStore_FailsAndChangesNothing()
    {
        byte[] before = await Store.ReadAsync(0, StoreSize);
        using IoProbe write = await IoProbe.Write(StoreSize - 100, Stores.Pattern(200, 5)).RunAsync(Store);
        Assert.Equal(Errno.ENOSPC, write.Error);
        Assert.Equal(StoreSize, Store.Size);
        Assert.Equal(before, await Store.ReadAsync(0, StoreSize));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public async Task Write_BehindTheEndOfAFixedStore_IsNeverZeroOrShort(int distance)
    {
        using IoProbe write = await IoProbe.Write(StoreSize + distance, new byte[4096]).RunAsync(Store);
        Assert.Equal((Errno.ENOSPC, 0), (write.Error, write.Result));
    }

    [Fact]
    public async Task Write_Near2To63_Fails()
    {
        using IoProbe write = await IoProbe.Write(long.MaxValue - 100, new byte[100]).RunAsync(Store);
        Assert.True(write.Error == Errno.ENOSPC || write.Error == Errno.EFBIG, write.Error.ToString());
    }

    [Fact]
    public async Task Write_ToTheVeryEnd_DoesNotChangeTheSize()
    {
        byte[] data = Stores.Pattern(777, 6);
        await Store.WriteAsync(StoreSize - 777, data);
        Assert.Equal(StoreSize, Store.Size);
        Assert.Equal(data, await Store.ReadAsync(StoreSize - 777, 10_000));
    }

    [Theory]
    [InlineData(IoFlags.DataSync)]
    [InlineData(IoFlags.Sync)]
    public async Task Write_ThatIsDurable_GivesTheBytes(IoFlags flags)
    {
        byte[] data = Stores.Pattern(9000, 8);
        await Store.WriteAsync(123, data, flags);
        Assert.Equal(data, await Store.ReadAsync(123, 9000));
    }

    [Fact]
    public async Task Flush_Succeeds()
    {
        await Store.WriteAsync(0, Stores.Pattern(4096, 9));
        Assert.Equal((Errno.None, 0), await Store.DoAsync(IoKind.Flush, 0));
    }

    [Fact]
    public async Task Read_WithoutMemory_IsServedByLoanOrByAskingForIt()
    {
        byte[] data = Stores.Pattern(10_000, 10);
        await Store.WriteAsync(5000, data);
        using IoProbe read = await IoProbe.Read(5000, [3000, 7000], acceptsLoan: true).RunAsync(Store);
        Assert.Equal(Errno.None, read.Error);
        Assert.Equal(data, read.Data);
    }

    [Fact]
    public async Task Read_WithoutMemoryAcrossTheEnd_IsShort()
    {
        using IoProbe read = await IoProbe.Read(StoreSize - 10, [4096], acceptsLoan: true).RunAsync(Store);
        Assert.Equal((Errno.None, 10), (read.Error, read.Result));
    }

    [Fact]
    public async Task Read_ThatGetsNoMemory_FailsUnlessLent()
    {
        using IoProbe read =
            await IoProbe.Read(0, [4096], acceptsLoan: true, hasNoMemory: true).RunAsync(Store);
        Assert.Equal(read.WasLent ? Errno.None : Errno.ENOMEM, read.Error);
    }

    [Fact]
    public async Task Operations_SideBySide_DoNotDisturbEachOther()
    {
        const int Size = 8192;
        IoProbe[] writes =
            [.. Enumerable.Range(0, 100).Select(index => IoProbe.Write(index * Size, Stores.Pattern(Size, index)))];
        await Parallel.ForEachAsync(writes, async (write, _) => await write.RunAsync(Store));
        IoProbe[] reads = [.. Enumerable.Range(0, 100).Select(index => IoProbe.Read(index * Size, Size))];
        foreach (IoProbe read in reads)
            Store.Submit(read);
        for (int index = 0; index < reads.Length; index++)
        {
            await reads[index].Ended();
            Assert.Equal(1, writes[index].Completions);
            Assert.Equal(1, reads[index].Completions);
            Assert.Equal(Stores.Pattern(Size, index), reads[index].Data);
            writes[index].Dispose();
            reads[index].Dispose();
        }
    }

    [Theory]
    [InlineData(0, 4096, IoFlags.None)]
    [InlineData(4096, 65_536, IoFlags.Unmap)]
    [InlineData(1, 3, IoFlags.None)]
    [InlineData(4095, 2, IoFlags.Unmap)]
    [InlineData(1000, 300_000, IoFlags.None)]
    [InlineData(1000, 300_001, IoFlags.Unmap)]
    [InlineData(1000, 8000, IoFlags.DataSync)]
    public async Task Zero_IsExactToTheByte(int offset, int length, IoFlags flags)
    {
        byte[] expected = Stores.Pattern(StoreSize, 11);
        await Store.WriteAsync(0, expected);
        Assert.Equal((Errno.None, 0), await Store.DoAsync(IoKind.Zero, offset, length, flags));
        expected.AsSpan(offset, length).Clear();
        Assert.Equal(expected, await Store.ReadAsync(0, StoreSize));
    }

    [Fact]
    public async Task Zero_AcrossTheEndKeepingTheSize_ZeroesWhatExists()
    {
        await Store.WriteAsync(StoreSize - 5000, Stores.Pattern(5000, 12));
        Assert.Equal((Errno.None, 0), await Store.DoAsync(IoKind.Zero, StoreSize - 3000, 9000, IoFlags.KeepSize));
        Assert.Equal(StoreSize, Store.Size);
        Assert.Equal(new byte[3000], await Store.ReadAsync(StoreSize - 3000, 9000));
        Assert.Equal(Stores.Pattern(5000, 12)[..2000], await Store.ReadAsync(StoreSize - 5000, 2000));
    }

    [Fact]
    public async Task Zero_AcrossTheEndOfAFixedStore_Fails() =>
        Assert.Equal((Errno.ENOSPC, 0), await Store.DoAsync(IoKind.Zero, StoreSize - 10, 100));

    [Fact]
    public async Task Discard_LeavesBytesOrZerosAndTheNeighboursAlone()
    {
        byte[] before = Stores.Pattern(StoreSize, 13);
        await Store.WriteAsync(0, before);
        (Errno error, _) = await Store.DoAsync(IoKind.Discard, 5000, 100_000);
        Assert.Equal(Store.Geometry.CanDiscard ? Errno.None : error, error);
        byte[] after = await Store.ReadAsync(0, StoreSize);
        for (int index = 0; index < StoreSize; index++)
        {
            bool inside = index is >= 5000 and < 105_000;
            Assert.True(after[index] == before[index] || (inside && after[index] == 0), $"byte {index}");
        }
        Assert.Equal(StoreSize, Store.Size);
    }

    [Fact]
    public async Task Resize_OfAFixedStore_IsRefused()
    {
        Assert.False(Store.Geometry.CanResize);
        Assert.Equal((Errno.EOPNOTSUPP, 0), await Store.DoAsync(IoKind.Resize, 4096));
        Assert.Equal(StoreSize, Store.Size);
    }

    [Fact]
    public async Task Allocate_InsideTheStore_KeepsBytesAndSize()
    {
        byte[] data = Stores.Pattern(20_000, 14);
        await Store.WriteAsync(0, data);
        (Errno error, _) = await Store.DoAsync(IoKind.Allocate, 5000, 100_000);
        Assert.Equal(Store.Geometry.CanAllocate ? Errno.None : Errno.EOPNOTSUPP, error);
        Assert.Equal(data, await Store.ReadAsync(0, 20_000));
        Assert.Equal(StoreSize, Store.Size);
    }

    [Fact]
    public async Task Seek_FindsDataAndHolesOrSaysThatItCannot()
    {
        await Store.WriteAsync(524_288, Stores.Pattern(4096, 15));
        (Errno error, long found) data = await Store.DoAsync(IoKind.SeekData, 524_288);
        (Errno error, long found) hole = await Store.DoAsync(IoKind.SeekHole, 524_288);
        (Errno error, long found) behind = await Store.DoAsync(IoKind.SeekData, StoreSize);
        if (!Store.Geometry.CanSeekData)
        {
            Assert.All([data, hole, behind], answer => Assert.Equal(Errno.EOPNOTSUPP, answer.error));
            return;
        }
        Assert.Equal((Errno.None, 524_288), data);
        Assert.Equal(Errno.None, hole.error);
        Assert.InRange(hole.found, 524_288 + 4096, StoreSize);
        Assert.Equal(Errno.ENXIO, behind.error);
    }

    [Fact]
    public void RandomOperations_AgreeWithAnArrayOfBytes()
    {
        Gen<Step> step = Gen.Select(
            Gen.Int[0, 9], Gen.Int[0, StoreSize + 5000], Gen.Int[1, 20_000], Gen.Int[1, 20], Gen.Int[0, 3],
            (kind, offset, length, segments, misalignment) =>
                new Step(kind, offset, length, segments, new[] { 0, 1, 8, 512 }[misalignment]));
        step.Array[1, 25].Sample(
            steps => new OracleRun(Store, StoreSize).RunAsync(steps).GetAwaiter().GetResult(), iter: 25, threads: 1);
    }

    [Fact]
    public async Task Dispose_Twice_IsHarmless()
    {
        await Store.DisposeAsync();
        await Store.DisposeAsync();
    }
}
