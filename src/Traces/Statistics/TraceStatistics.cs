using IoMerge.Backends;

namespace IoMerge.Traces.Statistics;

/// <summary>What a trace holds of one kind of request.</summary>
/// <param name="Count">Requests.</param>
/// <param name="Bytes">Bytes asked for.</param>
public readonly record struct KindTotal(long Count, long Bytes);

/// <summary>
/// What is worth knowing of a trace before it is replayed: how much, how fast, which sizes, and whether there is
/// something to merge. Filled record by record, in memory that does not depend on the trace's length. Not thread-safe.
/// </summary>
public sealed class TraceStatistics
{
    /// <summary>How many requests back one looks for a neighbour.</summary>
    public const int Window = 32;

    /// <summary>Callers that are told apart; more are counted as this many.</summary>
    public const int MaxCallers = 65_536;

    private const int SizeClasses = 64;
    private const long NsPerSecond = 1_000_000_000;

    private readonly KindTotal[] _kinds = new KindTotal[(int)IoKind.Resize + 1];
    private readonly long[] _sizes = new long[SizeClasses];
    private readonly long[] _perVolume;
    private readonly long[] _highest;
    private readonly TraceRecord[] _lastTransfers;
    private readonly NeighbourWindow _window = new(Window);
    private readonly HashSet<int> _callers = [];
    private long _second = -1;
    private long _inSecond;

    /// <summary>Nothing yet.</summary>
    /// <param name="volumes">Number of volumes of the trace.</param>
    public TraceStatistics(int volumes)
    {
        _perVolume = new long[volumes];
        _highest = new long[volumes];
        _lastTransfers = new TraceRecord[volumes];
    }

    /// <summary>All records.</summary>
    public long Records { get; private set; }

    /// <summary>Time of the first record, in nanoseconds since the trace began.</summary>
    public long FirstNs { get; private set; }

    /// <summary>Time of the last record, in nanoseconds since the trace began.</summary>
    public long LastNs { get; private set; }

    /// <summary>Most arrivals within one second of the trace.</summary>
    public long BusiestSecond { get; private set; }

    /// <summary>Reads and writes that begin where the one before on their volume ended, of their direction.</summary>
    public long Sequential { get; private set; }

    /// <summary>Reads and writes that touch one of the last <see cref="Window"/>, of their direction and
    /// volume.</summary>
    public long Adjacent { get; private set; }

    /// <summary>Processes that asked, as far as known.</summary>
    public int Callers => _callers.Count;

    /// <summary>Reads and writes.</summary>
    public long Transfers => Of(IoKind.Read).Count + Of(IoKind.Write).Count;

    /// <summary>
    /// Reads and writes by size: element n counts those of 2^n to 2^(n+1)-1 bytes.
    /// </summary>
    public IReadOnlyList<long> Sizes => _sizes;

    /// <summary>What there is of a kind.</summary>
    public KindTotal Of(IoKind kind) => _kinds[(int)kind];

    /// <summary>Records of a volume.</summary>
    public long OfVolume(int volume) => _perVolume[volume];

    /// <summary>The end of the highest byte that was asked for on a volume.</summary>
    public long HighestOf(int volume) => _highest[volume];

    /// <summary>Adds the next record.</summary>
    public void Add(in TraceRecord record)
    {
        if (Records++ == 0)
            FirstNs = record.TimeNs;
        LastNs = record.TimeNs;
        KindTotal kind = _kinds[(int)record.Kind];
        _kinds[(int)record.Kind] = new KindTotal(kind.Count + 1, kind.Bytes + record.Length);
        _perVolume[record.Volume]++;
        _highest[record.Volume] = Math.Max(_highest[record.Volume], record.Extent.End);
        if (record.CallerPid != 0 && _callers.Count < MaxCallers)
            _callers.Add(record.CallerPid);
        CountSecond(record.TimeNs / NsPerSecond);
        if (record.Kind.IsTransfer())
            AddTransfer(record);
    }

    private void CountSecond(long second)
    {
        _inSecond = second == _second ? _inSecond + 1 : 1;
        _second = second;
        BusiestSecond = Math.Max(BusiestSecond, _inSecond);
    }

    private void AddTransfer(in TraceRecord record)
    {
        _sizes[long.Log2(record.Length)]++;
        ref TraceRecord last = ref _lastTransfers[record.Volume];
        if (last.Length > 0 && last.Kind == record.Kind && last.Extent.IsFollowedBy(record.Extent))
            Sequential++;
        last = record;
        if (_window.AddAndLook(record))
            Adjacent++;
    }
}
