using System.Diagnostics;
using IoMerge.Backends;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// One column's view of a store that all columns share, one after the other: so they meet the same bytes in the same
/// places. It shows the beginning of the store, leaves it open, and tells operations to a recorder that is on.
/// </summary>
internal sealed class SharedBackend(IBackend store, long mostBytes, ElevatorRecorder recorder) : IBackend
{
    public BackendGeometry Geometry => store.Geometry;

    public long Size => Math.Min(store.Size, mostBytes);

    public void Anticipate(Extent extent) => store.Anticipate(extent);

    public void Submit(BackendIo io) =>
        store.Submit(recorder.IsOn && io.Kind.IsTransfer() ? new WatchedIo(io, recorder) : io);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Carries an operation to the store, and tells when it ended. Made only while a recorder is on.</summary>
    private sealed class WatchedIo : BackendIo
    {
        private readonly long _from = Stopwatch.GetTimestamp();
        private readonly BackendIo _inner;
        private readonly ElevatorRecorder _recorder;

        internal WatchedIo(BackendIo inner, ElevatorRecorder recorder)
        {
            _inner = inner;
            _recorder = recorder;
            Kind = inner.Kind;
            Flags = inner.Flags;
            Extent = inner.Extent;
            MemberCount = inner.MemberCount;
        }

        public override ReadOnlySpan<IoSegment> Segments => _inner.Segments;

        public override bool AcceptsLoan => _inner.AcceptsLoan;

        public override Errno RequireSegments() => _inner.RequireSegments();

        public override void Complete(Errno error, long result)
        {
            _recorder.Ended(_from, Kind, Extent, MemberCount);
            _inner.Complete(error, result);
        }

        public override void CompleteWithLoan(nint address, long length)
        {
            _recorder.Ended(_from, Kind, Extent, MemberCount);
            _inner.CompleteWithLoan(address, length);
        }
    }
}
