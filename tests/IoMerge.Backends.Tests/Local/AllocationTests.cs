using System.Runtime.InteropServices;
using IoMerge.Backends.Decorators;
using IoMerge.Backends.Local;

namespace IoMerge.Backends.Tests;

/// <summary>Operations on the submitting thread cost no managed memory.</summary>
public sealed class AllocationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new("/dev/shm");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("memory")]
    [InlineData("file")]
    [InlineData("decorated")]
    public async Task Transfers_InSteadyState_AllocateNothing(string kind)
    {
        await using IBackend store = Open(kind);
        using ReusedIo io = new();
        for (int round = 0; round < 200; round++) // Lets pools fill and code be compiled.
            io.RunBoth(store);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 1000; round++)
            io.RunBoth(store);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2400, io.Completions);
    }

    private IBackend Open(string kind) => kind switch
    {
        "memory" => NewMemory(),
        "file" => FileBackend.Open(new FileBackendOptions { Path = _directory["volume"], CreateSize = 1 << 20 }),
        _ => new VerifyBackend(new ErrorBackend(NewMemory(), new ErrorOptions { Rate = 0 }), new VerifyOptions()),
    };

    private static MemoryBackend NewMemory() => MemoryBackend.Create(new MemoryBackendOptions { Size = 1 << 20 });

    private sealed unsafe class ReusedIo : BackendIo, IDisposable
    {
        private readonly IoSegment[] _segments = [new((nint)NativeMemory.AlignedAlloc(8192, 4096), 8192)];

        internal int Completions { get; private set; }

        public override ReadOnlySpan<IoSegment> Segments => _segments;

        internal void RunBoth(IBackend store)
        {
            Extent = new Extent(4096, 8192);
            Kind = IoKind.Write;
            store.Submit(this);
            Kind = IoKind.Read;
            store.Submit(this);
        }

        public override void Complete(Errno error, long result) => Completions += result == 8192 ? 1 : 0;

        public void Dispose() => NativeMemory.AlignedFree((void*)_segments[0].Address);
    }
}
