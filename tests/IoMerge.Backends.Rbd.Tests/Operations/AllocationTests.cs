using System.Runtime.InteropServices;

namespace IoMerge.Backends.Rbd.Tests;

/// <summary>Operations cost no managed memory: neither where they are submitted nor where they end.</summary>
public sealed class AllocationTests
{
    [CephFact]
    public async Task Transfers_InSteadyState_AllocateNothingPerOperation()
    {
        const int Operations = 1000;
        await using OpenedImage image = new();
        using ReusedIo io = new();
        for (int round = 0; round < 100; round++) // Lets pools fill, code be compiled and threads be known.
            io.RunBoth(image.Store);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int round = 0; round < Operations / 2; round++)
            io.RunBoth(image.Store);
        long perOperation = (GC.GetTotalAllocatedBytes(precise: true) - before) / Operations;
        // The smallest object takes 24 bytes; the runner's own threads may make a few meanwhile.
        Assert.InRange(perOperation, 0, 12);
        Assert.Equal(200 + Operations, io.Completions);
    }

    private sealed unsafe class ReusedIo : BackendIo, IDisposable
    {
        private readonly IoSegment[] _segments = [
            new((nint)NativeMemory.AlignedAlloc(4096, 4096), 4096),
            new((nint)NativeMemory.AlignedAlloc(4096, 4096), 4096)];
        private int _completions;

        internal int Completions => Volatile.Read(ref _completions);

        public override ReadOnlySpan<IoSegment> Segments => _segments;

        internal void RunBoth(RbdBackend store)
        {
            Run(store, IoKind.Write, IoFlags.DataSync);
            Run(store, IoKind.Read, IoFlags.None);
        }

        private void Run(RbdBackend store, IoKind kind, IoFlags flags)
        {
            Extent = new Extent(4096, 8192);
            Kind = kind;
            Flags = flags;
            int done = Completions;
            store.Submit(this);
            SpinWait wait = default;
            while (Completions == done)
                wait.SpinOnce();
        }

        public override void Complete(Errno error, long result)
        {
            // Anything but a whole transfer leaves the waiting thread where it is, and the run is ended as hung.
            if (error.IsSuccess && result == 8192)
                Interlocked.Increment(ref _completions);
        }

        public void Dispose()
        {
            foreach (IoSegment segment in _segments)
                NativeMemory.AlignedFree((void*)segment.Address);
        }
    }
}
