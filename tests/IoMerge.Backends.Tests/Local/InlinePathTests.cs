using IoMerge.Backends.Local;
using IoMerge.Testing;

namespace IoMerge.Backends.Tests;

/// <summary>Which thread serves what.</summary>
public sealed class InlinePathTests
{
    [Fact]
    public async Task Read_OfCachedBytes_CompletesBeforeSubmitReturns()
    {
        ScriptedCalls calls = new();
        await using ScriptedStore store = new(calls, 100_000, DirectMode.Off);
        await store.Backend.WriteAsync(0, Stores.Pattern(8192, 1));
        using IoProbe read = IoProbe.Read(0, 8192);
        store.Backend.Submit(read);
        Assert.Equal(1, read.Completions);
        Assert.Equal(0, calls.Reads);
        Assert.Equal(Stores.Pattern(8192, 1), read.Data);
    }

    [Fact]
    public async Task Read_ThatWouldWait_GoesToAWorker()
    {
        ScriptedCalls calls = new() { NoWaitAnswer = Errno.EAGAIN };
        await using ScriptedStore store = new(calls, 100_000, DirectMode.Off);
        await store.Backend.ReadAsync(0, 4096);
        await store.Backend.ReadAsync(0, 4096);
        Assert.Equal((2, 2), (calls.NoWaitTries, calls.Reads));
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, calls.Threads);
    }

    [Fact]
    public async Task Transfers_ThatCanNeverBeInline_AreTriedOnce()
    {
        ScriptedCalls calls = new() { NoWaitAnswer = Errno.EOPNOTSUPP };
        await using ScriptedStore store = new(calls, 100_000, DirectMode.Off);
        for (int round = 0; round < 3; round++)
        {
            await store.Backend.WriteAsync(0, new byte[100]);
            await store.Backend.ReadAsync(0, 100);
        }
        Assert.Equal((2, 3, 3), (calls.NoWaitTries, calls.Reads, calls.Writes));
    }

    [Fact]
    public async Task Everything_OnTmpfs_HappensOnTheSubmittingThread()
    {
        ScriptedCalls calls = new();
        await using ScriptedStore store = new(calls, 100_000, DirectMode.Preferred, parent: "/dev/shm");
        int thread = Environment.CurrentManagedThreadId;
        using IoProbe write = IoProbe.Write(0, new byte[5000]);
        using IoProbe read = IoProbe.Read(0, 5000);
        using IoProbe flush = IoProbe.Flush();
        store.Backend.Submit(write);
        store.Backend.Submit(read);
        store.Backend.Submit(flush);
        Assert.Equal((1, 1, 1), (write.Completions, read.Completions, flush.Completions));
        Assert.Equal([thread], calls.Threads);
        Assert.Equal(0, calls.NoWaitTries);
    }

    [Fact]
    public async Task DirectTransfers_NeverRunOnTheSubmittingThread()
    {
        ScriptedCalls calls = new();
        await using ScriptedStore store = new(calls, 100_000, DirectMode.Required);
        await store.Backend.WriteAsync(0, new byte[4096]);
        await store.Backend.ReadAsync(0, 4096);
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, calls.Threads);
        Assert.Equal(0, calls.NoWaitTries);
    }
}
