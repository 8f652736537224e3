using IoMerge.Traces.Recording;

namespace IoMerge.Traces;

/// <summary>How a recording went.</summary>
/// <param name="Arrivals">Arrivals in the file.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Fault">Why it stopped before its time, without a full stop; null when it is whole.</param>
public sealed record RecordingResult(long Arrivals, long Bytes, string? Fault);

/// <summary>
/// Records arrivals to a file while requests are served. Each thread that takes requests has a lane; a thread of the
/// recorder's own empties the lanes, puts the arrivals in order of time and writes them. A full disk, or one that
/// cannot keep up, ends the recording, never the serving: what is in the file stays, without the closing block, so that
/// nobody takes it for the whole.
/// </summary>
/// <remarks>Memory: 2 MiB per lane, and a block of 64 KiB.</remarks>
public sealed class TraceRecorder : IAsyncDisposable
{
    private const int LaneCapacity = 1 << 16;
    private const int BusyWaitMs = 10;
    private const int IdleWaitMs = 100;
    private const long FlushEveryNs = 1_000_000_000;

    private readonly TimeProvider _time;
    private readonly Stream _stream;
    private readonly TraceFileWriter _writer;
    private readonly ArrivalMerger _merger;
    private readonly Action<string> _stopped;
    private readonly int _laneCapacity;
    private readonly long _startTicks;
    private readonly object _sleep = new();
    private readonly TaskCompletionSource<RecordingResult> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _flushedAtNs;
    private long _lostAt = long.MaxValue;
    private bool _hasEnded;
    private bool _isWoken;

    /// <summary>Begins a recording in a stream, with a header and nothing else.</summary>
    /// <param name="stream">Where to; closed at the end.</param>
    /// <param name="volumes">The volumes, in the order of their numbers.</param>
    /// <param name="time">The clock; its timestamps are those of the arrivals.</param>
    /// <param name="stopped">Told, on the recorder's thread and at most once, why the recording had to stop.</param>
    /// <param name="laneCapacity">Arrivals that a lane holds, a power of two, 4 or more.</param>
    /// <exception cref="IOException">The header cannot be written.</exception>
    internal TraceRecorder(Stream stream, IReadOnlyList<TraceVolume> volumes, TimeProvider time,
        Action<string> stopped, int laneCapacity = LaneCapacity)
    {
        _time = time;
        _stream = stream;
        _stopped = stopped;
        _laneCapacity = laneCapacity;
        _merger = new ArrivalMerger(time);
        // Both clocks at one moment: whoever has another list of the same events brings the two together by it.
        DateTimeOffset startedAt = time.GetUtcNow();
        _startTicks = time.GetTimestamp();
        _writer = new TraceFileWriter(stream, new TraceHeader(startedAt, volumes));
        new Thread(Run) { IsBackground = true, Name = "iomerge-recorder" }.Start();
    }

    /// <summary>Begins a recording in a new file.</summary>
    /// <param name="path">The file; it must not exist.</param>
    /// <param name="volumes">The volumes, in the order of their numbers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stopped">Told, on the recorder's thread and at most once, why the recording had to stop.</param>
    /// <exception cref="ArgumentException">The volumes cannot be those of a trace.</exception>
    /// <exception cref="IOException">The file exists, or cannot be made or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be made.</exception>
    public static TraceRecorder Start(
        string path, IReadOnlyList<TraceVolume> volumes, TimeProvider time, Action<string> stopped)
    {
        var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            return new TraceRecorder(stream, volumes, time, stopped);
        }
        catch
        {
            stream.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>True when nothing is recorded any longer, whatever the reason.</summary>
    public bool HasEnded => Volatile.Read(ref _hasEnded);

    /// <summary>A lane for one more thread that takes requests. Any thread.</summary>
    public ArrivalLane AddLane()
    {
        var lane = new ArrivalLane(this, _time, _laneCapacity);
        _merger.Add(lane);
        return lane;
    }

    /// <summary>
    /// Ends the recording: writes what is there, closes the file. What arrives from now on is not recorded, so whoever
    /// wants all stops those who bring it first. Returns at once; the task never faults. Any thread, any number of
    /// times.
    /// </summary>
    public Task<RecordingResult> StopAsync()
    {
        Volatile.Write(ref _hasEnded, true);
        Wake();
        return _completion.Task;
    }

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <summary>Ends the recording because an arrival had no room: nothing from its time on is written.</summary>
    internal void Overflow(long ticks)
    {
        long lostAt = Interlocked.Read(ref _lostAt);
        while (ticks < lostAt && Interlocked.CompareExchange(ref _lostAt, ticks, lostAt) is var seen && seen != lostAt)
            lostAt = seen;
        Volatile.Write(ref _hasEnded, true);
        Wake();
    }

    /// <summary>Tells the recorder's thread that there is much to take.</summary>
    internal void Wake()
    {
        lock (_sleep)
        {
            _isWoken = true;
            Monitor.Pulse(_sleep);
        }
    }

    private void Run()
    {
        string? fault = null;
        try
        {
            bool goesOn = true;
            while (goesOn)
            {
                // Asked before looking: what was recorded before the end is seen by the last look.
                goesOn = !HasEnded;
                bool found = Empty();
                if (goesOn)
                    Sleep(found ? BusyWaitMs : IdleWaitMs);
            }
            EmptyLast();
            if (Interlocked.Read(ref _lostAt) == long.MaxValue)
                _writer.Complete();
            else
            {
                fault = "arrivals came faster than they could be written";
                _writer.Flush();
            }
        }
        // Whatever it is, it must end neither the process nor the wait for this thread.
        catch (Exception e)
        {
            fault = e.Message.TrimEnd('.');
        }
        End(fault);
    }

    private void Sleep(int milliseconds)
    {
        lock (_sleep)
        {
            if (!_isWoken)
                Monitor.Wait(_sleep, milliseconds);
            _isWoken = false;
        }
    }

    /// <summary>Writes what can be written now.</summary>
    /// <returns>True when there was something.</returns>
    private bool Empty()
    {
        _merger.Look();
        long count = 0;
        for (; _merger.TryTake(Interlocked.Read(ref _lostAt), out Arrival arrival); count++)
            Write(arrival);
        long now = ToNs(_time.GetTimestamp());
        if (now - _flushedAtNs >= FlushEveryNs)
        {
            _writer.Flush();
            _flushedAtNs = now;
        }
        return count > 0;
    }

    /// <summary>Writes all that is left, after nothing more is recorded.</summary>
    private void EmptyLast()
    {
        var spin = new SpinWait();
        while (_merger.IsBusy)
            spin.SpinOnce();
        Empty();
    }

    private void Write(in Arrival arrival) => _writer.Write(new TraceRecord(
        ToNs(arrival.Ticks), arrival.Volume, arrival.Kind, arrival.Flags, arrival.Offset, arrival.Length,
        arrival.CallerPid));

    private long ToNs(long ticks)
    {
        long passed = ticks - _startTicks;
        return _time.TimestampFrequency == 1_000_000_000
            ? passed
            : (long)((Int128)passed * 1_000_000_000 / _time.TimestampFrequency);
    }

    private void End(string? fault)
    {
        Volatile.Write(ref _hasEnded, true);
        if (fault is not null)
            CutTornBlock();
        try
        {
            _writer.Dispose();
        }
        catch (IOException e)
        {
            fault ??= e.Message.TrimEnd('.');
        }
        var result = new RecordingResult(_writer.RecordsInFile, _writer.WholeBytes, fault);
        if (fault is not null)
            _stopped(fault);
        _completion.TrySetResult(result);
    }

    // Part of a block is of no use, and on a full disk in the way of others.
    private void CutTornBlock()
    {
        try
        {
            _stream.SetLength(_writer.WholeBytes);
        }
        catch (Exception e) when (e is IOException or NotSupportedException or UnauthorizedAccessException)
        {
            // It stays, and whoever reads it is told.
        }
    }
}
