using IoMerge.Backends;

namespace IoMerge.Traces.Binary;

/// <summary>
/// Turns records into few bytes and back: times as differences, offsets as the distance from where the last request of
/// the volume ended, everything else only where it changes. A sequential 4 KiB stream takes about four bytes a record.
/// Both sides go through the records in the same order and begin anew with each block. It checks only that bytes are
/// well-formed; what a record may say is <see cref="TraceRules"/>' business.
/// </summary>
internal sealed class RecordCodec(int volumes)
{
    /// <summary>No record takes more bytes.</summary>
    public const int MaxRecordBytes = 64;

    /// <summary>No record takes fewer bytes: its head, its time and its offset.</summary>
    public const int MinRecordBytes = 3;

    private const int KindMask = 0x07;
    private const int HasFlags = 0x08;
    private const int HasVolume = 0x10;
    private const int HasLength = 0x20;
    private const int HasPid = 0x40;
    private const int Unused = 0x80;

    private readonly long[] _ends = new long[volumes];
    private TraceRecord _last;

    /// <summary>Begins a block: nothing is known of records before it.</summary>
    public void Begin()
    {
        Array.Clear(_ends);
        _last = default;
    }

    /// <summary>Writes a record that keeps all rules.</summary>
    /// <param name="record">The record.</param>
    /// <param name="to">Room for <see cref="MaxRecordBytes"/>.</param>
    /// <returns>Bytes written.</returns>
    public int Encode(in TraceRecord record, Span<byte> to)
    {
        int head = (int)record.Kind
            | (record.Flags != IoFlags.None ? HasFlags : 0)
            | (record.Volume != _last.Volume ? HasVolume : 0)
            | (record.Length != _last.Length ? HasLength : 0)
            | (record.CallerPid != _last.CallerPid ? HasPid : 0);
        Span<byte> rest = to[1..];
        to[0] = (byte)head;
        Varint.Write(ref rest, (ulong)(record.TimeNs - _last.TimeNs));
        if ((head & HasFlags) != 0)
            Varint.Write(ref rest, (ulong)record.Flags);
        if ((head & HasVolume) != 0)
            Varint.Write(ref rest, (ulong)record.Volume);
        Varint.WriteSigned(ref rest, record.Offset - _ends[record.Volume]);
        if ((head & HasLength) != 0)
            Varint.Write(ref rest, (ulong)record.Length);
        if ((head & HasPid) != 0)
            Varint.Write(ref rest, (uint)record.CallerPid);
        Remember(record);
        return to.Length - rest.Length;
    }

    /// <summary>Reads a record and moves on.</summary>
    /// <returns>What is malformed; null when nothing is.</returns>
    public string? Decode(ref ReadOnlySpan<byte> from, out TraceRecord record)
    {
        record = _last;
        if (from.IsEmpty)
            return "a record is missing";
        int head = from[0];
        from = from[1..];
        if ((head & Unused) != 0)
            return "a record begins with an unused bit";
        ulong flags = 0, volume = (ulong)_last.Volume, length = (ulong)_last.Length, pid = (uint)_last.CallerPid;
        bool isWhole = Varint.TryRead(ref from, out ulong time)
            && ((head & HasFlags) == 0 || Varint.TryRead(ref from, out flags))
            && ((head & HasVolume) == 0 || Varint.TryRead(ref from, out volume));
        if (!isWhole || !Varint.TryReadSigned(ref from, out long distance)
            || ((head & HasLength) != 0 && !Varint.TryRead(ref from, out length))
            || ((head & HasPid) != 0 && !Varint.TryRead(ref from, out pid)))
            return "a number of a record does not end";
        if (volume >= (ulong)_ends.Length)
            return $"there is no volume {volume}, the trace has {_ends.Length}";
        if (flags > (ulong)TraceRules.AllFlags || length > long.MaxValue || pid > int.MaxValue
            || time > TraceRules.MaxTimeNs)
            return "a number of a record is absurd";
        record = new TraceRecord(_last.TimeNs + (long)time, (int)volume, (IoKind)(head & KindMask), (IoFlags)flags,
            unchecked(_ends[volume] + distance), (long)length, (int)pid);
        return null;
    }

    /// <summary>Takes note of a record that was read and keeps all rules.</summary>
    public void Remember(in TraceRecord record)
    {
        _last = record;
        _ends[record.Volume] = record.Offset + record.Length;
    }
}
