using System.Buffers.Binary;
using System.Collections.Concurrent;
using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Simulation.Tests;

/// <summary>
/// Blocks that all threads write and read at once. Each write carries a version, in order of arrival, so what a read or
/// a flush may find can be said without knowing how the threads ran: nothing older than what was known before it was
/// submitted, and no half of two versions.
/// </summary>
internal sealed class SharedBlocks(int offset, int count)
{
    internal const int BlockBytes = 16;
    private const int MostBlocks = 4;

    // What somebody has been told is in the block: acknowledged, or read.
    private readonly long[] _known = new long[count];
    private SharedWrite? _youngest;

    /// <summary>
    /// Held from <see cref="Write"/>, and from <see cref="Flush"/>, until it is submitted: so versions are in order of
    /// arrival, and it is known which of them arrived before a flush.
    /// </summary>
    internal Lock ArrivalLock { get; } = new();

    internal int Count => count;

    /// <summary>What broke the contract.</summary>
    internal ConcurrentQueue<string> Findings { get; } = [];

    /// <summary>A write of a new version to some blocks.</summary>
    internal ProbeRequest Write(Random random, IoFlags flags, ulong id, Action<ProbeRequest> told)
    {
        (int first, int blocks) = Choose(random);
        var write = new SharedWrite(_youngest, first, blocks);
        Volatile.Write(ref _youngest, write);
        var bytes = new byte[blocks * BlockBytes];
        for (int block = 0; block < blocks; block++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(block * BlockBytes), write.Version);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(block * BlockBytes + 8), -write.Version);
        }
        return ProbeRequest.Write(PlaceOf(first), bytes, flags, id, request =>
        {
            EndWrite(write, request.Error);
            told(request);
        });
    }

    /// <summary>A read of some blocks.</summary>
    internal ProbeRequest Read(Random random, ulong id, Action<ProbeRequest> told)
    {
        (int first, int blocks) = Choose(random);
        long[] known = Known();
        return ProbeRequest.Read(
            PlaceOf(first), blocks * BlockBytes, random.Next(2) == 0, id, request =>
        {
            JudgeRead(request, first, blocks, known);
            told(request);
        });
    }

    /// <summary>A flush.</summary>
    internal ProbeRequest Flush(RestlessStore store, ulong id, Action<ProbeRequest> told)
    {
        SharedWrite? before = _youngest;
        return ProbeRequest.Of(IoKind.Flush, id: id, onCompleted: request =>
        {
            if (request.Error.IsSuccess)
                JudgeFlush(before, store.DurableVersions());
            else if (request.Error != Errno.ECANCELED)
                Findings.Enqueue($"A flush failed with {request.Error}.");
            told(request);
        });
    }

    /// <summary>Takes down the versions that lie in the store where an operation wrote.</summary>
    internal void Note(ReadOnlySpan<byte> store, Extent written, long[] versions)
    {
        for (int block = 0; block < count; block++)
        {
            Extent place = new(PlaceOf(block), BlockBytes);
            // A block of which the end is missing yet is taken down when that comes.
            if (place.Overlaps(written) && TryParse(store.Slice((int)place.Offset, BlockBytes), out long version))
                versions[block] = version;
        }
    }

    /// <summary>The store must end with the youngest version that was acknowledged.</summary>
    internal void JudgeStore(ReadOnlySpan<byte> store)
    {
        for (int block = 0; block < count; block++)
        {
            ReadOnlySpan<byte> bytes = store.Slice((int)PlaceOf(block), BlockBytes);
            if (!TryParse(bytes, out long version) || version != _known[block])
                Findings.Enqueue($"Shared block {block} ends with version {version} instead of {_known[block]}.");
        }
    }

    private static bool TryParse(ReadOnlySpan<byte> block, out long version)
    {
        version = BinaryPrimitives.ReadInt64LittleEndian(block);
        return BinaryPrimitives.ReadInt64LittleEndian(block[8..]) == -version;
    }

    private void EndWrite(SharedWrite write, Errno error)
    {
        if (error.IsSuccess)
        {
            for (int block = write.First; block < write.First + write.Blocks; block++)
                Know(block, write.Version);
        }
        else if (error != Errno.ECANCELED)
        {
            Findings.Enqueue($"A shared write of version {write.Version} failed with {error}.");
        }
        write.State = error.IsSuccess ? WriteState.Done : WriteState.Failed;
    }

    private void JudgeFlush(SharedWrite? before, long[] durable)
    {
        for (SharedWrite? write = before; write is not null; write = write.Previous)
        {
            if (write.State == WriteState.Untold)
                Findings.Enqueue($"A flush was told before version {write.Version}, which arrived earlier.");
            for (int block = write.First; block < write.First + write.Blocks; block++)
            {
                if (write.State == WriteState.Done && durable[block] < write.Version)
                    Findings.Enqueue($"A flush left version {durable[block]} of block {block}, not {write.Version}.");
            }
        }
    }

    private void JudgeRead(ProbeRequest read, int first, int blocks, long[] known)
    {
        if (read.Error == Errno.ECANCELED)
            return;
        if (read.Error.IsError || read.Data.Length != blocks * BlockBytes)
        {
            Findings.Enqueue($"A shared read ended with {read.Error} and {read.Data.Length} bytes.");
            return;
        }
        long youngest = Volatile.Read(ref _youngest)?.Version ?? 0;
        for (int block = first; block < first + blocks; block++)
        {
            ReadOnlySpan<byte> bytes = read.Data.AsSpan((block - first) * BlockBytes, BlockBytes);
            if (!TryParse(bytes, out long version))
                Findings.Enqueue($"Shared block {block} was read with halves of two versions.");
            else if (version < known[block] || version > youngest)
                Findings.Enqueue($"Shared block {block} was read as {version}, not {known[block]} to {youngest}.");
            else
                Know(block, version);
        }
    }

    private void Know(int block, long version)
    {
        long known = Volatile.Read(ref _known[block]);
        while (known < version)
        {
            long before = Interlocked.CompareExchange(ref _known[block], version, known);
            if (before == known)
                return;
            known = before;
        }
    }

    private long[] Known()
    {
        var known = new long[count];
        for (int block = 0; block < count; block++)
            known[block] = Volatile.Read(ref _known[block]);
        return known;
    }

    private (int First, int Blocks) Choose(Random random)
    {
        int blocks = random.Next(1, MostBlocks + 1);
        return (random.Next(count - blocks + 1), blocks);
    }

    private long PlaceOf(int block) => offset + block * BlockBytes;

    /// <summary>A write to the shared blocks, and those that arrived before it.</summary>
    private sealed class SharedWrite(SharedWrite? previous, int first, int blocks)
    {
        private volatile WriteState _state;

        internal SharedWrite? Previous => previous;

        internal long Version { get; } = (previous?.Version ?? 0) + 1;

        internal int First => first;

        internal int Blocks => blocks;

        internal WriteState State
        {
            get => _state;
            set => _state = value;
        }
    }

    private enum WriteState
    {
        Untold,
        Done,
        Failed,
    }
}
