using System.Runtime.InteropServices;
using IoMerge.Testing;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Nbd.Tests.Reconnect;

/// <summary>
/// Writers, readers and a flusher that know of each block what was tried, acknowledged and flushed. Whatever happens to
/// the server, a block never holds less than what was flushed, nor what was never written there.
/// </summary>
internal sealed class SequencedLoad(IBackend store, int writers, int blocksPerWriter)
{
    internal const int BlockSize = 4096;

    private readonly long[] _tried = new long[writers * blocksPerWriter];
    private readonly long[] _acknowledged = new long[writers * blocksPerWriter];
    private readonly long[] _doubtful = new long[writers * blocksPerWriter];
    private readonly long[] _flushed = new long[writers * blocksPerWriter];
    private readonly Lock _lock = new();
    private long _writes;
    private long _failedFlushes;
    private long _goodFlushes;
    private volatile bool _stop;
    private Task[] _tasks = [];

    /// <summary>Writes that were acknowledged so far.</summary>
    internal long Writes => Volatile.Read(ref _writes);

    /// <summary>Flushes that said that something is lost.</summary>
    internal long FailedFlushes => Volatile.Read(ref _failedFlushes);

    /// <summary>Flushes that succeeded.</summary>
    internal long GoodFlushes => Volatile.Read(ref _goodFlushes);

    /// <summary>Begins.</summary>
    internal void Start() => _tasks =
        [.. Enumerable.Range(0, writers).Select(index => Task.Run(() => WriteAsync(index))), Task.Run(FlushAsync)];

    /// <summary>Returns once so many more writes are acknowledged.</summary>
    internal void WaitForMore(long count)
    {
        long goal = Writes + count;
        Until.True(() => Writes >= goal || _tasks.Any(task => task.IsFaulted), () => $"Only {Writes} of {goal}.");
    }

    /// <summary>Ends, and tells what went wrong.</summary>
    internal async Task StopAsync()
    {
        _stop = true;
        await Task.WhenAll(_tasks).WaitAsync(TimeSpan.FromMinutes(2));
    }

    /// <summary>Looks at every block, through the store.</summary>
    internal async Task CheckAllAsync()
    {
        for (int block = 0; block < _tried.Length; block++)
            await CheckAsync(block);
    }

    private async Task WriteAsync(int index)
    {
        byte[] data = new byte[BlockSize];
        for (long round = 1; !_stop; round++)
        {
            for (int slot = 0; slot < blocksPerWriter && !_stop; slot++)
            {
                // The writers' blocks lie side by side, and none is written by two.
                int block = slot * writers + index;
                MemoryMarshal.Cast<byte, long>(data.AsSpan()).Fill(round ^ Salt(block));
                Volatile.Write(ref _tried[block], round);
                using (IoProbe write = await IoProbe.Write((long)block * BlockSize, data).RunAsync(store))
                    Assert.Equal((Errno.None, BlockSize), (write.Error, write.Result));
                Volatile.Write(ref _acknowledged[block], round);
                Interlocked.Increment(ref _writes);
                if ((slot + round) % 3 == 0)
                    await CheckAsync(block);
            }
        }
    }

    private async Task FlushAsync()
    {
        while (!_stop)
        {
            long[] before = [.. _acknowledged];
            using IoProbe flush = await IoProbe.Flush().RunAsync(store);
            if (flush.Error.IsError)
            {
                Assert.Equal(Errno.EIO, flush.Error);
                Interlocked.Increment(ref _failedFlushes);
                // What was tried so far may be gone, whatever was said of it; no later flush brings it back.
                _tried.CopyTo(_doubtful, 0);
                continue;
            }
            Interlocked.Increment(ref _goodFlushes);
            lock (_lock)
            {
                for (int block = 0; block < before.Length; block++)
                    _flushed[block] = before[block] > _doubtful[block] ? before[block] : _flushed[block];
            }
        }
    }

    private async Task CheckAsync(int block)
    {
        long flushed;
        lock (_lock)
            flushed = _flushed[block];
        using IoProbe read = await IoProbe.Read((long)block * BlockSize, BlockSize).RunAsync(store);
        Assert.Equal((Errno.None, BlockSize), (read.Error, read.Result));
        long[] words = MemoryMarshal.Cast<byte, long>(read.Data).ToArray();
        long found = words[0] == 0 ? 0 : words[0] ^ Salt(block);
        Assert.True(words.AsSpan().IndexOfAnyExcept(words[0]) < 0, $"Block {block} is torn.");
        Assert.True(found >= flushed && found <= _tried[block],
            $"Block {block} holds {found}; flushed {flushed}, tried {_tried[block]}.");
    }

    private static long Salt(int block) => (long)(block + 1) << 40;
}
