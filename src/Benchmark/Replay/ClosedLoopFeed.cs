using IoMerge.Traces;

namespace IoMerge.Benchmark.Replay;

/// <summary>
/// Sends as fast as callers are answered: each keeps so many requests outstanding, in the order of the trace. Looks a
/// bounded number of records ahead, so that a caller at his limit does not keep the others waiting.
/// </summary>
internal sealed class ClosedLoopFeed : ITraceFeed
{
    private const int LookAhead = 4096;
    private const int None = -1;

    private readonly ITraceSource _trace;
    private readonly CallerTable _callers;
    private readonly int _depth;
    private readonly TraceRecord[] _records = new TraceRecord[LookAhead];
    private readonly int[] _following = new int[LookAhead];
    private readonly Line[] _lines = new Line[CallerTable.Capacity];
    private readonly int[] _ready = new int[CallerTable.Capacity];
    private int _free;
    private int _readyHead;
    private int _readyCount;
    private bool _isAtEnd;

    internal ClosedLoopFeed(ITraceSource trace, CallerTable callers, int depth)
    {
        _trace = trace;
        _callers = callers;
        _depth = depth;
        Array.Fill(_lines, new Line { Head = None, Tail = None });
        for (int i = 0; i < LookAhead; i++)
            _following[i] = i + 1;
        _following[LookAhead - 1] = None;
        Fill();
    }

    public long NextDueNs => _readyCount > 0 ? 0 : long.MaxValue;

    public TraceRecord Take(out int caller)
    {
        caller = _ready[_readyHead];
        _readyHead = (_readyHead + 1) % _ready.Length;
        _readyCount--;
        ref Line line = ref _lines[caller];
        int slot = line.Head;
        line.Head = _following[slot];
        line.IsReady = false;
        line.Outstanding++;
        TraceRecord record = _records[slot];
        _following[slot] = _free;
        _free = slot;
        MakeReady(caller);
        Fill();
        return record;
    }

    public void Answered(int caller)
    {
        _lines[caller].Outstanding--;
        MakeReady(caller);
    }

    private void Fill()
    {
        while (_free != None && !_isAtEnd)
        {
            if (!_trace.TryRead(out TraceRecord record))
            {
                _isAtEnd = true;
                return;
            }
            int slot = _free;
            _free = _following[slot];
            _following[slot] = None;
            _records[slot] = record;
            Append(_callers.IndexOf(record.CallerPid), slot);
        }
    }

    private void Append(int caller, int slot)
    {
        ref Line line = ref _lines[caller];
        if (line.Head == None)
            line.Head = slot;
        else
            _following[line.Tail] = slot;
        line.Tail = slot;
        MakeReady(caller);
    }

    private void MakeReady(int caller)
    {
        ref Line line = ref _lines[caller];
        if (line.IsReady || line.Head == None || line.Outstanding >= _depth)
            return;
        line.IsReady = true;
        _ready[(_readyHead + _readyCount++) % _ready.Length] = caller;
    }

    /// <summary>The records of a caller that wait, linked through the table of followers.</summary>
    private struct Line
    {
        internal int Head;
        internal int Tail;
        internal int Outstanding;
        internal bool IsReady;
    }
}
