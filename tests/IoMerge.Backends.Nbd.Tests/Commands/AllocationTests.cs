using System.Runtime.InteropServices;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Nbd.Tests.Commands;

/// <summary>
/// Operations cost no managed memory: neither the thread that submits nor those that send, receive and complete.
/// </summary>
public sealed class AllocationTests
{
    private const int Depth = 32;
    private const int Operations = 8000;

    // What happens once, at some time: the first thread that finds a lock taken gives it something to wait on.
    private const long Once = 1024;

    [Theory]
    [InlineData("unix", 1)]
    [InlineData("unix", 4)]
    [InlineData("tcp", 1)]
    [InlineData("tcp", 4)]
    public async Task Transfers_InSteadyState_AllocateNothing(string transport, int connections)
    {
        using NbdServer server = transport == "tcp"
            ? NbdServer.NbdkitOnPort("memory", "1M") : NbdServer.Nbdkit("memory", "1M");
        await using NbdBackend store = NbdBackend.Open(
            new NbdBackendOptions { Uri = server.Uri, Connections = connections, ReadAheadBytes = 64 << 10 });
        using ClosedLoop loop = new(store);
        loop.Run(2000); // Lets pools fill and code be compiled.
        loop.Run(2000);
        loop.StartsToCount();

        loop.Run(Operations);

        Assert.Equal(0, loop.Failures);
        Assert.Equal(4000 + Operations, loop.Completions);
        Assert.InRange(loop.AllocatedWhereSubmitted, 0, Once);
        Assert.InRange(loop.AllocatedWhereCompleted, 0, Once);
    }

    /// <summary>
    /// Operations that submit themselves again where they end, as a scheduler does; the first ones in a batch.
    /// </summary>
    private sealed class ClosedLoop(NbdBackend store) : IDisposable
    {
        [ThreadStatic]
        private static long t_seen;

        private readonly ManualResetEventSlim _done = new(false);
        private readonly ReusedIo[] _ios = new ReusedIo[Depth];
        private long _allocated;
        private int _left;
        private int _running;
        private int _completions;
        private int _failures;
        private bool _counts;

        internal int Completions => _completions;

        internal int Failures => _failures;

        internal long AllocatedWhereCompleted => Interlocked.Read(ref _allocated);

        internal long AllocatedWhereSubmitted { get; private set; }

        internal void StartsToCount() => _counts = true;

        internal void Run(int operations)
        {
            (_left, _running) = (operations, Depth);
            _done.Reset();
            for (int i = 0; i < Depth; i++)
                _ios[i] ??= new ReusedIo(this, i);
            long before = GC.GetAllocatedBytesForCurrentThread();
            store.BeginBatch();
            foreach (ReusedIo io in _ios)
                Next(io);
            store.EndBatch();
            if (_counts)
                AllocatedWhereSubmitted = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(_done.Wait(TimeSpan.FromMinutes(1)), "The loop does not end.");
        }

        internal void Ended(ReusedIo io, bool isGood)
        {
            if (!isGood)
                Interlocked.Increment(ref _failures);
            Interlocked.Increment(ref _completions);
            if (_counts)
                Count();
            Next(io);
        }

        public void Dispose() => _done.Dispose();

        /// <summary>What this thread has allocated since it was last here.</summary>
        private void Count()
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (t_seen > 0 && now > t_seen)
                Interlocked.Add(ref _allocated, now - t_seen);
            t_seen = now;
        }

        private void Next(ReusedIo io)
        {
            if (Interlocked.Decrement(ref _left) >= 0)
                io.Submit(store);
            else if (Interlocked.Decrement(ref _running) == 0)
                _done.Set();
        }
    }

    private sealed unsafe class ReusedIo(ClosedLoop loop, int place) : BackendIo
    {
        private const int Length = 8192;

        private readonly IoSegment[] _segments = [new((nint)NativeMemory.AlignedAlloc(Length, 4096), Length)];
        private int _turn;

        ~ReusedIo() => NativeMemory.AlignedFree((void*)_segments[0].Address);

        public override ReadOnlySpan<IoSegment> Segments => _segments;

        /// <summary>A write, a read, a zero, a durable write, in turn, in a place of its own.</summary>
        internal void Submit(NbdBackend store)
        {
            int turn = _turn++ & 3;
            Extent = new Extent(place * 16_384L, Length);
            Kind = turn == 1 ? IoKind.Read : turn == 2 ? IoKind.Zero : IoKind.Write;
            Flags = turn == 3 ? IoFlags.DataSync : IoFlags.None;
            store.Submit(this);
        }

        public override void Complete(Errno error, long result) =>
            loop.Ended(this, error.IsSuccess && result == (Kind == IoKind.Zero ? 0 : Length));
    }
}
