using IoMerge.Backends;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Tests.Configuration;
using IoMerge.Mount.Volumes;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoMerge.Mount.Tests.Volumes;

/// <summary>A bug within a store does not stay its secret.</summary>
public sealed class StoreFaultTests : IDisposable
{
    // In memory: the store then carries operations out within Submit, where a fault is remembered too.
    private readonly string _path = $"/dev/shm/iomerge-fault-{Guid.NewGuid():N}";

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task FindFault_BehindDecorators_IsTheStoresException()
    {
        IoMergeOptions options = ConfigurationTesting.Load(new CommandLineSettings
        {
            Volumes = [$"disk=file:{_path},create=1MiB"],
            Sets =
            [
                "Volumes:disk:Decorators:0:Kind=delay", "Volumes:disk:Decorators:0:ReadDelayUs=5",
                "Volumes:disk:Decorators:1:Kind=delay", "Volumes:disk:Decorators:1:ReadDelayUs=5",
            ],
        }).Options!;
        Volume volume = CompositionRoot.OpenVolume(
            options.Volumes.Single(), TimeProvider.System, NullLoggerFactory.Instance);
        await using var scheduler = volume.Scheduler;
        Assert.Null(CompositionRoot.FindFault(scheduler.Backend));
        var io = new FaultyIo();

        scheduler.Backend.Submit(io);

        Assert.Equal(Errno.EIO, await io.Outcome.Task.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Same(io.Fault, CompositionRoot.FindFault(scheduler.Backend));
    }

    private sealed class FaultyIo : BackendIo
    {
        internal FaultyIo()
        {
            Kind = IoKind.Write;
            Extent = new Extent(0, 512);
        }

        internal TaskCompletionSource<Errno> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Exception Fault { get; } = new InvalidOperationException("planted");

        public override ReadOnlySpan<IoSegment> Segments => throw Fault;

        public override void Complete(Errno error, long result) => Outcome.SetResult(error);
    }
}
