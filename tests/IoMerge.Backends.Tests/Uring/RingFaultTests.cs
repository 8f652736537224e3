using IoMerge.Backends.Local;
using IoMerge.Rings;
using IoMerge.Testing;
using IoMerge.Testing.Processes;
using static IoMerge.Rings.IoUringConstants;

namespace IoMerge.Backends.Tests;

/// <summary>Whatever a ring's kernel does, each operation ends once, and with the right bytes.</summary>
public sealed class RingFaultTests
{
    private const int Many = 100;
    private const int Block = 4096;

    public static TheoryData<int> PassingErrors => [Errno.EINTR.Value, Errno.EAGAIN.Value, Errno.EBUSY.Value, 12];

    public static TheoryData<int> RefusingErrors =>
        [Errno.EAGAIN.Value, Errno.EINVAL.Value, Errno.EOPNOTSUPP.Value, 38, Errno.ECANCELED.Value, 12];

    [Theory]
    [MemberData(nameof(PassingErrors))]
    public async Task Enter_ThatFailsForAWhile_IsRepeated(int error)
    {
        await using RingStore store = new(prepare: kernel => kernel.FailToEnter(5, new Errno(error)));
        await RunManyAsync(store);
        Assert.NotEmpty(store.Kernel.Submissions);
        Assert.Empty(store.Warnings);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(16)]
    public async Task Enter_ThatHasNoMemoryForALongTime_LeavesTheWorkToThreads(int error)
    {
        await using RingStore store = new();
        await store.Backend.WriteAsync(0, new byte[Block]);
        store.Kernel.FailToEnter(200, new Errno(error));
        await RunManyAsync(store);
        await RunManyAsync(store);
        Assert.Empty(store.Warnings);
    }

    [Fact]
    public async Task Enter_ThatFailsForGood_IsSaidOnce_AndThreadsGoOn()
    {
        await using RingStore store = new();
        await store.Backend.WriteAsync(0, new byte[Block]);
        int before = store.Kernel.Submissions.Count;
        store.Kernel.FailToEnter(int.MaxValue, Errno.EBADF);
        await RunManyAsync(store);
        Assert.Contains("EBADF", Assert.Single(store.Warnings), StringComparison.Ordinal);
        Assert.Equal(before, store.Kernel.Submissions.Count);
        Until.True(() => store.Kernel.IsAwaited, () => "The thread of a broken ring never rests.");
        await RunManyAsync(store);
        store.Kernel.FailToEnter(0, Errno.None);
    }

    [Theory]
    [MemberData(nameof(RefusingErrors))]
    public async Task Operation_ThatTheRingRefuses_IsDoneByThreads(int error)
    {
        await using RingStore store = new();
        store.Kernel.Answer = entry => entry.opcode == IORING_OP_ASYNC_CANCEL ? null : -error;
        await RunManyAsync(store);
        Assert.Equal((Errno.None, 0), await store.Backend.DoAsync(IoKind.Flush, 0));
        Assert.Equal((Errno.None, 0), await store.Backend.DoAsync(IoKind.Discard, 0, Block));
    }

    [Fact]
    public async Task Operation_ThatIsInterrupted_IsRepeatedInTheRing()
    {
        int interruptions = 0;
        await using RingStore store = new();
        store.Kernel.Answer = _ => ++interruptions % 3 == 0 ? null : -Errno.EINTR.Value;
        await RunManyAsync(store);
        Assert.True(interruptions >= 3 * Many);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(19)]
    [InlineData(28)]
    public async Task Operation_ThatFails_FailsWithTheKernelsError_AndOnlyThatOne(int error)
    {
        await using RingStore store = new();
        store.Kernel.Answer = entry => entry.off == 2 * Block ? -error : null;
        using IoProbe bad = await IoProbe.Write(2 * Block, new byte[Block]).RunAsync(store.Backend);
        using IoProbe good = await IoProbe.Write(3 * Block, new byte[Block]).RunAsync(store.Backend);
        Assert.Equal((new Errno(error), 0, 1), (bad.Error, bad.Result, bad.Completions));
        Assert.Equal((Errno.None, Block), (good.Error, good.Result));
    }

    [Theory]
    [InlineData(DirectMode.Required, Block)]
    [InlineData(DirectMode.Required, 2 * Block)]
    [InlineData(DirectMode.Required, 100)]
    [InlineData(DirectMode.Off, 1)]
    [InlineData(DirectMode.Off, 777)]
    [InlineData(DirectMode.Off, 20_000)]
    public async Task Transfer_ThatEndsShort_IsFinished(DirectMode mode, int bytes)
    {
        await using RingStore store = new(mode);
        store.Kernel.Answer = entry => Shorten(store.Kernel, entry, bytes);
        byte[] data = Stores.Pattern(8 * Block, 1);
        int[] lengths = [Block, 3 * Block, 2 * Block, 2 * Block];
        using IoProbe write = await IoProbe.Write(Block, data, lengths).RunAsync(store.Backend);
        Assert.Equal((Errno.None, data.Length), (write.Error, write.Result));
        using IoProbe read = await IoProbe.Read(Block, lengths).RunAsync(store.Backend);
        Assert.Equal(data, read.Data);
    }

    [Fact]
    public async Task Write_WithoutProgress_IsAnError_NotALoop()
    {
        await using RingStore store = new();
        store.Kernel.Answer = entry => entry.opcode == IORING_OP_WRITE ? 0 : null;
        using IoProbe write = await IoProbe.Write(0, new byte[Block]).RunAsync(store.Backend);
        Assert.Equal((Errno.EIO, 0, 1), (write.Error, write.Result, write.Completions));
    }

    [Fact]
    public async Task DeviceThatVanishes_WithManyInFlight_FailsEachOnce()
    {
        await using RingStore store = new();
        store.Kernel.Answer = _ => LyingKernel.Keep;
        IoProbe[] probes = [.. Enumerable.Range(0, 32).Select(i => IoProbe.Write(i * Block, new byte[Block]))];
        foreach (IoProbe probe in probes)
            store.Backend.Submit(probe);
        // Those that found no place in the ring are among them: they are answered by what comes after.
        Until.True(() => store.Kernel.Kept.Count >= 31, () => "The operations do not reach the kernel.");
        store.Kernel.Answer = _ => -Errno.ENODEV.Value;
        foreach (ulong ticket in store.Kernel.Kept.Select(entry => entry.user_data).ToArray())
            store.Kernel.Complete(ticket, -Errno.ENODEV.Value);
        foreach (IoProbe probe in probes)
        {
            await probe.Ended();
            Assert.Equal((Errno.ENODEV, 1), (probe.Error, probe.Completions));
            probe.Dispose();
        }
    }

    [Fact]
    public async Task Completions_ThatOverflow_AllArrive()
    {
        await using RingStore store = new(prepare: kernel => kernel.MostCompletions = 2);
        await RunManyAsync(store);
    }

    [Fact]
    public async Task Completion_ThatComesTwiceOrFromNowhere_IsIgnoredAndSaid()
    {
        await using RingStore store = new();
        ulong ticket = 0;
        store.Kernel.Answer = entry =>
        {
            ticket = entry.user_data;
            return null;
        };
        using IoProbe write = await IoProbe.Write(0, new byte[Block]).RunAsync(store.Backend);
        store.Kernel.Complete(ticket, Block);
        store.Kernel.Complete(0xDEAD_0000_BEEF, 17);
        await RunManyAsync(store);
        Assert.Equal(1, write.Completions);
        Assert.Equal(2, store.Warnings.Count);
    }

    [Fact]
    public async Task Registration_WithoutMemory_DoesWithoutIt()
    {
        await using RingStore store = new(prepare: k => k.RefusedRegistrations.Add(IORING_REGISTER_FILES));
        store.Kernel.Answer = entry => (entry.flags & IOSQE_FIXED_FILE) != 0 ? -Errno.EBADF.Value : null;
        await RunManyAsync(store);
    }

    [Fact]
    public async Task Batch_EntersTheKernelOnce()
    {
        await using RingStore store = new();
        await store.Backend.WriteAsync(0, new byte[Block]);
        int before = store.Kernel.Submissions.Count;
        IoProbe[] probes = [.. Enumerable.Range(0, 6).Select(i => IoProbe.Write(i * Block, new byte[Block]))];
        store.Backend.BeginBatch();
        store.Backend.BeginBatch();
        foreach (IoProbe probe in probes)
            store.Backend.Submit(probe);
        store.Backend.EndBatch();
        store.Backend.EndBatch();
        foreach (IoProbe probe in probes)
        {
            await probe.Ended();
            probe.Dispose();
        }
        Assert.Equal([6u], store.Kernel.Submissions[before..]);
    }

    private static int Shorten(LyingKernel kernel, IoUringSqe entry, int bytes) =>
        Math.Min(kernel.DoIt(entry), bytes);

    private static async Task RunManyAsync(RingStore store)
    {
        byte[][] data = [.. Enumerable.Range(0, Many).Select(i => Stores.Pattern(Block, i))];
        await RunAllAsync(store, [.. data.Select((bytes, i) => IoProbe.Write(i * Block, bytes))], _ => { });
        await RunAllAsync(store, [.. data.Select((_, i) => IoProbe.Read(i * Block, Block))],
            probe => Assert.Equal(data[probe.Extent.Offset / Block], probe.Data));
    }

    private static async Task RunAllAsync(RingStore store, IoProbe[] probes, Action<IoProbe> check)
    {
        foreach (IoProbe probe in probes)
            store.Backend.Submit(probe);
        foreach (IoProbe probe in probes)
        {
            await probe.Ended();
            Assert.Equal((Errno.None, (long)Block, 1), (probe.Error, probe.Result, probe.Completions));
            check(probe);
            probe.Dispose();
        }
    }
}
