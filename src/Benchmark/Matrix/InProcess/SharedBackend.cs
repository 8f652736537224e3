using System.Diagnostics;
using IoMerge.Backends;
using IoMerge.Benchmark.Watching;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// One column's view of a store that all columns share, one after the other: so they meet the same bytes in the same
/// places. It shows the beginning of the store, leaves it open, and tells operations to a recorder that is on.
/// </summary>
internal sealed class SharedBackend(IBackend store, long mostBytes, ElevatorRecorder recorder) : IBackend
{
    // The store outlives a column and its memory.
    public BackendGeometry Geometry { get; } = store.Geometry with { PrefersRegisteredMemory = false };

    public long Size => Math.Min(store.Size, mostBytes);

    public ICompletionSource? Completions => store.Completions;

    public void Anticipate(Extent extent) => store.Anticipate(extent);

    public void Submit(BackendIo io) =>
        store.Submit(recorder.IsOn && io.Kind.IsTransfer() ? new WatchedIo(io, recorder) : io);

    public void BeginBatch() => store.BeginBatch();

    public void EndBatch() => store.EndBatch();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Carries an operation to the store, and tells when it ended. Made only while a recorder is on.</summary>
    private sealed class WatchedIo : CarriedIo
    {
        private readonly long _from = Stopwatch.GetTimestamp();
        private readonly ElevatorRecorder _recorder;

        internal WatchedIo(BackendIo inner, ElevatorRecorder recorder)
        {
            Take(inner);
            _recorder = recorder;
        }

        protected override BackendIo End()
        {
            _recorder.Ended(_from, Kind, Extent, MemberCount);
            return Inner;
        }
    }
}
