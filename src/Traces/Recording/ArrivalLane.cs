using System.Runtime.InteropServices;
using IoMerge.Backends;
using IoMerge.Traces.Recording;

namespace IoMerge.Traces;

/// <summary>
/// The way of one thread's arrivals into a recording: a ring that this thread fills and the recorder's thread empties.
/// Filling it takes no lock and no memory and never waits; when the ring is full, the whole recording ends.
/// </summary>
/// <remarks>
/// The recorder puts the arrivals of all lanes in order of time. So it must know, when it finds a lane empty, that
/// nothing earlier is still to come: a lane is marked busy, with a full fence, before it looks at the clock, and not
/// busy after the arrival is in the ring. Who sees it not busy, after looking at the clock and a fence of his own, will
/// see no earlier time from it.
/// </remarks>
public sealed class ArrivalLane
{
    private readonly TraceRecorder _recorder;
    private readonly TimeProvider _time;
    private readonly Arrival[] _ring;
    private readonly int _mask;
    private readonly int _wakeMask;

    // The two sides write to cache lines of their own.
    private Producer _producer;
    private Consumer _consumer;

    internal ArrivalLane(TraceRecorder recorder, TimeProvider time, int capacity)
    {
        _recorder = recorder;
        _time = time;
        _ring = new Arrival[capacity];
        _mask = capacity - 1;
        _wakeMask = (capacity / 4) - 1;
    }

    /// <summary>
    /// Records one arrival, with this moment as its time. Only for the thread that the lane was made for. Does nothing
    /// once the recording has ended.
    /// </summary>
    /// <param name="volume">Index of the volume among those the recorder was started with.</param>
    /// <param name="kind">What is asked for; it must be a kind that traces have, up to <see cref="IoKind.Resize"/>.
    /// </param>
    /// <param name="flags">How it is to be done.</param>
    /// <param name="extent">Which bytes; at least one, unless it is a flush or a resize, which have none.</param>
    /// <param name="callerPid">Who asked, or 0 when unknown.</param>
    public void Record(int volume, IoKind kind, IoFlags flags, Extent extent, int callerPid)
    {
        if (_recorder.HasEnded)
            return;
        Interlocked.Exchange(ref _producer.Busy, 1);
        long ticks = _time.GetTimestamp();
        long head = _producer.Head;
        if (head - _producer.SeenTail >= _ring.Length && !SeesRoom(head))
            _recorder.Overflow(ticks);
        else
        {
            ref Arrival arrival = ref _ring[(int)head & _mask];
            arrival.Ticks = ticks;
            arrival.Offset = extent.Offset;
            arrival.Length = extent.Length;
            arrival.CallerPid = callerPid;
            arrival.Volume = (short)volume;
            arrival.Kind = kind;
            arrival.Flags = flags;
            Volatile.Write(ref _producer.Head, head + 1);
        }
        Volatile.Write(ref _producer.Busy, 0);
        if (((int)head & _wakeMask) == _wakeMask)
            _recorder.Wake();
    }

    /// <summary>True while an arrival is between the clock and the ring. Only for the recorder's thread.</summary>
    internal bool IsBusy => Volatile.Read(ref _producer.Busy) != 0;

    /// <summary>Time of the last arrival that was put into the ring and taken note of.</summary>
    internal long LastTicks => _consumer.LastTicks;

    /// <summary>Takes note of what is in the ring now. Only for the recorder's thread.</summary>
    internal void Look()
    {
        _consumer.SeenHead = Volatile.Read(ref _producer.Head);
        if (_consumer.SeenHead > _consumer.Tail)
            _consumer.LastTicks = _ring[(int)(_consumer.SeenHead - 1) & _mask].Ticks;
    }

    /// <summary>The oldest arrival that was taken note of. Only for the recorder's thread.</summary>
    /// <returns>False when there is none.</returns>
    internal bool TryPeek(out long ticks)
    {
        bool has = _consumer.Tail < _consumer.SeenHead;
        ticks = has ? _ring[(int)_consumer.Tail & _mask].Ticks : long.MaxValue;
        return has;
    }

    /// <summary>Takes the oldest arrival. Only for the recorder's thread, after <see cref="TryPeek"/>.</summary>
    internal Arrival Take()
    {
        Arrival arrival = _ring[(int)_consumer.Tail & _mask];
        Volatile.Write(ref _consumer.Tail, _consumer.Tail + 1);
        return arrival;
    }

    private bool SeesRoom(long head)
    {
        _producer.SeenTail = Volatile.Read(ref _consumer.Tail);
        return head - _producer.SeenTail < _ring.Length;
    }

    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Producer
    {
        [FieldOffset(64)]
        public long Head;

        [FieldOffset(72)]
        public long SeenTail;

        [FieldOffset(80)]
        public int Busy;
    }

    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Consumer
    {
        [FieldOffset(64)]
        public long Tail;

        [FieldOffset(72)]
        public long SeenHead;

        [FieldOffset(80)]
        public long LastTicks;
    }
}
