using IoMerge.Backends;

namespace IoMerge.Scheduler.Tests;

/// <summary>
/// Once the elevator has had its fill, no way through it allocates: merged or alone, blocked by an overlap, parked
/// beyond the bounds, in flight or answered at once, flushed, or awaited.
/// </summary>
public sealed class AllocationTests
{
    private const int Block = 4096;
    private const int Plug = 32;
    private const int Rounds = 400;

    [Theory]
    [InlineData("None")]
    [InlineData("Fifo")]
    [InlineData("Scan")]
    [InlineData("Deadline")]
    public async Task Requests_InSteadyState_AllocateNothing(string policy)
    {
        await using Bench bench = new(policy);

        // In a row, backwards, scattered, and all in each other's way.
        Assert.Equal(0, bench.BytesOf(i => i));
        Assert.Equal(0, bench.BytesOf(i => Plug - i));
        Assert.Equal(0, bench.BytesOf(i => i * 37 % 101));
        Assert.Equal(0, bench.BytesOf(_ => 5));
    }

    [Theory]
    [InlineData("None")]
    [InlineData("Deadline")]
    public async Task AwaitedReads_AnsweredAtOnce_AllocateNothing(string policy)
    {
        await using IoScheduler scheduler = new(new KeepingStore(), new SchedulerOptions { Policy = policy });
        byte[] memory = GC.AllocateArray<byte>(Block, pinned: true);

        long bytes = AllocatedBy(() =>
        {
            ValueTask<long> read = scheduler.ReadAsync(Block, memory, CancellationToken.None);
            Assert.True(read.IsCompletedSuccessfully && read.Result == Block);
        });

        Assert.Equal(0, bytes);
    }

    private static long AllocatedBy(Action round)
    {
        for (int i = 0; i < Rounds; i++)
            round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++)
            round();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>An elevator, a plug of reads and writes, and a flush, that are used again and again.</summary>
    private sealed class Bench : IAsyncDisposable
    {
        private readonly KeepingStore _store = new();
        private readonly IoScheduler _scheduler;
        private readonly IoRequest[] _plug = [.. Enumerable.Range(0, Plug).Select(_ => new Reused())];
        private readonly Reused _flush = new();

        internal Bench(string policy)
        {
            // Bounds that a plug goes beyond: some of it is parked. Nothing is left to a timer.
            SchedulerOptions options = new() { Policy = policy, Depth = 2, QueueMaxRequests = Plug - 4 };
            options.Hold.Mode = HoldMode.Off;
            _scheduler = new IoScheduler(_store, options);
        }

        public ValueTask DisposeAsync() => _scheduler.DisposeAsync();

        /// <summary>What rounds of such plugs allocate, kept at the store for a while and answered at once.</summary>
        internal long BytesOf(Func<int, long> block) => AllocatedBy(() =>
        {
            Round(block, keeps: true);
            Round(block, keeps: false);
        });

        private void Round(Func<int, long> block, bool keeps)
        {
            _store.Keeps = keeps;
            for (int i = 0; i < Plug; i++)
                ((Reused)_plug[i]).Prepare(i < Plug / 2 ? IoKind.Write : IoKind.Read, block(i) * Block);
            _scheduler.Submit(_plug);
            _flush.Prepare(IoKind.Flush, 0);
            _scheduler.Submit(_flush);
            _store.LetGo();
            foreach (IoRequest request in _plug)
                Assert.True(((Reused)request).IsDone);
            Assert.True(_flush.IsDone);
        }
    }

    private sealed class Reused : IoRequest
    {
        internal bool IsDone { get; private set; }

        internal void Prepare(IoKind kind, long offset)
        {
            IsDone = false;
            // Nobody looks at the bytes of a write; no two continue each other in memory.
            Prepare(kind, kind == IoKind.Flush ? default : new Extent(offset, Block),
                kind == IoKind.Write ? Block : 0, IoFlags.None);
        }

        protected internal override void OnCompleted(Errno error, long result, nint data) =>
            IsDone = error.IsSuccess;
    }

    /// <summary>A store that moves nothing, and keeps operations until it is told to let go.</summary>
    private sealed class KeepingStore : IBackend
    {
        private readonly Queue<BackendIo> _kept = new(2 * Plug);

        public BackendGeometry Geometry { get; } = new() { IsDurable = true };

        public long Size => 1L << 40;

        internal bool Keeps { get; set; }

        public void Submit(BackendIo io)
        {
            if (Keeps)
                _kept.Enqueue(io);
            else
                Complete(io);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        internal void LetGo()
        {
            while (_kept.TryDequeue(out BackendIo? io))
                Complete(io);
        }

        private static void Complete(BackendIo io)
        {
            if (io.Kind == IoKind.Read)
                _ = io.RequireSegments();
            io.Complete(Errno.None, io.Kind.IsTransfer() ? io.Extent.Length : 0);
        }
    }
}
