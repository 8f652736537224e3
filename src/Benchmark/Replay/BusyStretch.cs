using IoMerge.Backends;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Replay;

/// <summary>
/// Watches arrivals and operations in stretches of a fixed number of arrivals and keeps the one in which most was
/// outstanding, to be drawn: a bounded picture of a run of any length. Not thread-safe.
/// </summary>
internal sealed class BusyStretch
{
    private const int ArrivalsPerStretch = 400;

    // The best so far stays while its operations come back; they know it by its number.
    private Stretch _current = new(1);
    private Stretch _best = new(0);
    private long _numbers = 1;

    /// <summary>Notes an arrival.</summary>
    internal void Arrived(long nowNs, int lane, IoKind kind, Extent extent, long outstanding)
    {
        if (_current.ArrivalCount == ArrivalsPerStretch)
            BeginNext();
        if (kind.IsTransfer())
        {
            var mark = new Mark(nowNs, long.MaxValue, extent, kind == IoKind.Write, 1, lane);
            _current.AddArrival(mark, outstanding);
        }
    }

    /// <summary>Notes an operation that leaves for the store.</summary>
    /// <returns>What it is to be called when it ends.</returns>
    internal OperationMark Left(long nowNs, int lane, BackendIo io)
    {
        if (!io.Kind.IsTransfer() || !_current.HasRoom)
            return default;
        return new OperationMark(_current.Number, _current.AddOperation(new Mark(
            nowNs, long.MaxValue, io.Extent, io.Kind == IoKind.Write, io.MemberCount, lane)));
    }

    /// <summary>Notes that an operation has ended.</summary>
    internal void Ended(OperationMark mark, long nowNs)
    {
        if (mark.Stretch == 0)
            return;
        if (mark.Stretch == _current.Number)
            _current.EndOperation(mark.Index, nowNs);
        else if (mark.Stretch == _best.Number)
            _best.EndOperation(mark.Index, nowNs);
    }

    /// <summary>The picture of the busiest stretch, of the device with most of it; null when nothing came.</summary>
    internal ElevatorPicture? Draw()
    {
        Stretch busiest = _best.Score > _current.Score ? _best : _current;
        return busiest.ArrivalCount == 0 ? null : busiest.Draw();
    }

    private void BeginNext()
    {
        if (_current.Score > _best.Score)
            (_current, _best) = (_best, _current);
        _current.Begin(++_numbers);
    }

    private readonly record struct Mark(
        long FromNs, long ToNs, Extent Extent, bool IsWrite, int Members, int Lane);

    private sealed class Stretch(long number)
    {
        private readonly Mark[] _arrivals = new Mark[ArrivalsPerStretch];
        private readonly Mark[] _operations = new Mark[ArrivalsPerStretch];
        private int _operationCount;

        internal long Number { get; private set; } = number;

        internal int ArrivalCount { get; private set; }

        internal long Score { get; private set; }

        internal bool HasRoom => _operationCount < _operations.Length;

        internal void Begin(long number)
        {
            Number = number;
            ArrivalCount = _operationCount = 0;
            Score = 0;
        }

        internal void AddArrival(in Mark mark, long outstanding)
        {
            _arrivals[ArrivalCount++] = mark;
            Score += outstanding;
        }

        internal int AddOperation(in Mark mark)
        {
            _operations[_operationCount] = mark;
            return _operationCount++;
        }

        internal void EndOperation(int index, long nowNs) =>
            _operations[index] = _operations[index] with { ToNs = nowNs };

        internal ElevatorPicture Draw()
        {
            Mark[] arrivals = [.. _arrivals.Take(ArrivalCount)];
            int lane = arrivals.GroupBy(mark => mark.Lane).OrderByDescending(group => group.Count())
                .ThenBy(group => group.Key).First().Key;
            IEnumerable<Mark> operations = _operations.Take(_operationCount)
                .Where(mark => mark.Lane == lane && mark.ToNs < long.MaxValue);
            long startNs = arrivals.Min(mark => mark.FromNs);
            double At(long ns) => (ns - startNs) / 1e3;
            return new ElevatorPicture(
                [.. arrivals.Where(mark => mark.Lane == lane).Select(mark => new PictureArrival(
                    At(mark.FromNs), mark.Extent.Offset, mark.Extent.Length, mark.IsWrite))],
                [.. operations.Select(mark => new PictureOperation(At(mark.FromNs), At(mark.ToNs),
                    mark.Extent.Offset, mark.Extent.Length, mark.IsWrite, mark.Members))]);
        }
    }
}

/// <summary>An operation in a stretch; the default one is in none.</summary>
/// <param name="Stretch">Number of the stretch.</param>
/// <param name="Index">Its place there.</param>
internal readonly record struct OperationMark(long Stretch, int Index);
