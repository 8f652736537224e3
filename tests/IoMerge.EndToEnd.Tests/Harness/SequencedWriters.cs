using System.Runtime.InteropServices;

namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>
/// Threads that overwrite 4 KiB blocks with rising sequence numbers and keep a record of what was acknowledged, so
/// that after any end of the server the store can be held against the record: an acknowledged write is there.
/// The threads' blocks interleave, so that their writes are neighbours.
/// </summary>
internal sealed class SequencedWriters : IDisposable
{
    internal const int BlockSize = 4096;

    private readonly RawFile _file;
    private bool _disposed;
    private readonly Thread[] _threads;
    private readonly int _blocksPerThread;
    private readonly long[] _acknowledged;
    private readonly long[] _attempted;
    private long _writes;
    private volatile bool _stop;
    private volatile bool _haveFailed;

    internal SequencedWriters(string path, int threads = 8, int blocksPerThread = 128)
    {
        _file = new RawFile(path, Native.O_RDWR | Native.O_DIRECT);
        _blocksPerThread = blocksPerThread;
        _acknowledged = new long[threads * blocksPerThread];
        _attempted = new long[threads * blocksPerThread];
        _threads = [.. Enumerable.Range(0, threads).Select(index => new Thread(() => Run(index, threads)))];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    /// <summary>How many writes were acknowledged so far.</summary>
    internal long Writes => Volatile.Read(ref _writes);

    /// <summary>Whether any write has failed.</summary>
    internal bool HaveFailed => _haveFailed;

    /// <summary>Whether all threads have ended: each does at its first failing write.</summary>
    internal bool HaveEnded => _threads.All(thread => !thread.IsAlive);

    /// <summary>Lets them write until so many are acknowledged.</summary>
    internal void WaitForWrites(long count) => Until.True(
        () => Writes >= count || HaveEnded, () => $"Only {Writes} of {count} writes were acknowledged.");

    /// <summary>Ends the threads after the write they are at.</summary>
    internal void Stop()
    {
        _stop = true;
        Until.True(() => HaveEnded, () => "A writer is stuck in a write.");
    }

    /// <summary>Reads the store and fails on the first block that lacks an acknowledged write.</summary>
    internal void AssertNothingLost(string store)
    {
        Assert.True(Writes > 0, "nothing was written: the check would be empty");
        using RawFile file = new(store, Native.O_RDONLY);
        long[] words = new long[BlockSize / sizeof(long)];
        for (int block = 0; block < _acknowledged.Length; block++)
        {
            file.Read(MemoryMarshal.AsBytes(words.AsSpan()), (long)block * BlockSize);
            foreach (long word in words)
            {
                // Zeros: what the store held before the first write.
                long sequence = word == 0 ? 0 : word ^ Salt(block);
                // A write that was never acknowledged may be there in part; nothing older than the last
                // acknowledged one may.
                Assert.True(
                    sequence >= _acknowledged[block] && sequence <= _attempted[block],
                    $"Block {block} holds {sequence}; acknowledged {_acknowledged[block]}, tried {_attempted[block]}.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _stop = true;
        foreach (Thread thread in _threads)
            thread.Join(TimeSpan.FromSeconds(10));
        _file.Dispose();
    }

    private void Run(int index, int stride)
    {
        using AlignedBuffer buffer = new(BlockSize);
        for (long round = 1; !_stop; round++)
        {
            for (int slot = 0; slot < _blocksPerThread && !_stop; slot++)
            {
                int block = slot * stride + index;
                MemoryMarshal.Cast<byte, long>(buffer.Span).Fill(round ^ Salt(block));
                _attempted[block] = round;
                if (_file.Write(buffer.Span, (long)block * BlockSize) != BlockSize)
                {
                    _haveFailed = true;
                    return;
                }
                _acknowledged[block] = round;
                Interlocked.Increment(ref _writes);
            }
        }
    }

    // Each block's words differ from every other block's: a misplaced write is seen.
    private static long Salt(int block) => (long)(block + 1) << 40;
}
