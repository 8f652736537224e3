using System.Runtime.InteropServices;
using IoMerge.Backends.Local;

namespace IoMerge.Backends.Tests;

/// <summary>Operations through a ring cost no managed memory, neither where they start nor where they end.</summary>
public sealed class RingAllocationTests : IDisposable
{
    private const int Rounds = 1000;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Transfers_InSteadyState_AllocateNothing(int segments)
    {
        Engines.SkipWhereRefused(EngineKind.IoUring);
        await using FileBackend store = FileBackend.Open(new FileBackendOptions
        {
            Path = _directory["volume"], CreateSize = 1 << 20, Direct = DirectMode.Required,
            Engine = EngineKind.IoUring,
        });
        using CountedIo io = new(segments);
        for (int round = 0; round < 200; round++) // Lets pools fill and code be compiled.
            io.RunBoth(store);
        long atEnds = io.AllocatedAtEnds;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < Rounds; round++)
            io.RunBoth(store);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, io.AllocatedAtEnds - atEnds);
        Assert.NotEqual(Environment.CurrentManagedThreadId, io.EndedOn);
    }

    /// <summary>Writes and reads, waiting for each; counts what the thread that ends it has allocated.</summary>
    private sealed unsafe class CountedIo : BackendIo, IDisposable
    {
        private const int Block = 4096;
        private readonly byte* _memory;
        private readonly IoSegment[] _segments;
        private int _ended;
        private bool _failed;

        internal CountedIo(int segments)
        {
            _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(2 * segments * Block), Block);
            _segments = [.. Enumerable.Range(0, segments)
                .Select(i => new IoSegment((nint)_memory + (2 * i * Block), Block))];
            Extent = new Extent(2 * Block, segments * Block);
        }

        internal long AllocatedAtEnds { get; private set; }

        internal int EndedOn { get; private set; }

        public override ReadOnlySpan<IoSegment> Segments => _segments;

        internal void RunBoth(FileBackend store)
        {
            Run(store, IoKind.Write);
            Run(store, IoKind.Read);
        }

        public override void Complete(Errno error, long result)
        {
            _failed |= error.IsError || result != Extent.Length;
            AllocatedAtEnds = GC.GetAllocatedBytesForCurrentThread();
            EndedOn = Environment.CurrentManagedThreadId;
            Volatile.Write(ref _ended, 1);
        }

        public void Dispose() => NativeMemory.AlignedFree(_memory);

        private void Run(FileBackend store, IoKind kind)
        {
            Kind = kind;
            Volatile.Write(ref _ended, 0);
            store.BeginBatch();
            store.Submit(this);
            store.EndBatch();
            SpinWait wait = default;
            while (Volatile.Read(ref _ended) == 0)
                wait.SpinOnce();
            Assert.False(_failed);
        }
    }
}
