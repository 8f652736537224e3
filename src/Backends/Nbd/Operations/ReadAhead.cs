namespace IoMerge.Backends.Nbd;

/// <summary>
/// Sees reads go by and says what will probably be read next: more of a stream that has gone on without a gap. A few
/// streams at a time, the one that rested longest makes room. A pure decision; one thread at a time.
/// </summary>
/// <param name="window">How far ahead of a stream is looked, in bytes.</param>
/// <param name="block">What is said consists of whole blocks of this size, a power of two.</param>
internal sealed class ReadAhead(long window, uint block)
{
    /// <summary>Reads in a row that make a stream: fewer come about by chance.</summary>
    internal const int Proof = 3;

    /// <summary>Streams that are known at a time.</summary>
    internal const int MaxStreams = 8;

    private readonly Stream[] _streams = new Stream[MaxStreams];
    private long _clock;

    /// <summary>Notes a read.</summary>
    /// <param name="read">The read; not empty.</param>
    /// <param name="size">Size of the store; a whole number of blocks.</param>
    /// <param name="mayTell">False when nothing can be done about it now: a later read says it then.</param>
    /// <param name="ahead">What will be read.</param>
    /// <returns>True when there is something that was not said before.</returns>
    internal bool TryPredict(Extent read, long size, bool mayTell, out Extent ahead)
    {
        ref Stream stream = ref Find(read.Offset);
        (stream.Next, stream.LastSeen) = (read.End, ++_clock);
        ahead = default;
        if (++stream.Reads < Proof || !mayTell)
            return false;
        long start = Math.Max(stream.Told, (read.End + block - 1) & -(long)block);
        long end = Math.Min(size, (read.End + window) & -(long)block);
        // Half a window at least, but for the end of the store: a command for each read would cost what it saves.
        if (start >= end || (end - start < window / 2 && end < size))
            return false;
        stream.Told = end;
        ahead = Extent.Between(start, end);
        return true;
    }

    private ref Stream Find(long offset)
    {
        int oldest = 0;
        for (int i = 0; i < MaxStreams; i++)
        {
            if (_streams[i].Reads > 0 && _streams[i].Next == offset)
                return ref _streams[i];
            if (_streams[i].LastSeen < _streams[oldest].LastSeen)
                oldest = i;
        }
        _streams[oldest] = default;
        return ref _streams[oldest];
    }

    private struct Stream
    {
        internal long Next;
        internal long Told;
        internal int Reads;
        internal long LastSeen;
    }
}
