using System.Buffers.Binary;
using System.IO.Hashing;
using IoMerge.Traces.Binary;

namespace IoMerge.Traces;

/// <summary>
/// Reads a trace in the binary format, block by block, in memory of one block. A record is delivered only when its
/// block is whole and its checksum right; the end is reported only after the closing block has confirmed the number of
/// records. Not thread-safe.
/// </summary>
public sealed class TraceFileReader : ITraceSource
{
    private readonly Stream _stream;
    private readonly string _name;
    private readonly RecordCodec _codec;
    private readonly XxHash3 _checksum = new();
    private readonly byte[] _head = new byte[TraceLayout.BlockHeaderBytes];
    private byte[] _payload = [];
    private int _payloadBytes;
    private int _consumed;
    private int _left;
    private long _position;
    private long _payloadAt;
    private uint _number;
    private long _lastTimeNs;
    private TraceFormatException? _fault;
    private bool _isAtEnd;

    /// <summary>Begins to read: reads the header.</summary>
    /// <param name="stream">The file, at its beginning; disposed of with the reader.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="TraceFormatException">It is no trace of this version, or its header is damaged.</exception>
    public TraceFileReader(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
        Header = ReadHeader();
        _codec = new RecordCodec(Header.Volumes.Count);
    }

    /// <inheritdoc/>
    public TraceHeader Header { get; }

    /// <summary>Records delivered so far.</summary>
    public long Records { get; private set; }

    /// <inheritdoc/>
    public bool TryRead(out TraceRecord record)
    {
        if (_fault is not null)
            throw _fault;
        record = default;
        if (_left == 0 && !_isAtEnd)
            NextBlock();
        if (_isAtEnd)
            return false;
        ReadOnlySpan<byte> rest = _payload.AsSpan(_consumed, _payloadBytes - _consumed);
        string? fault = _codec.Decode(ref rest, out record)
            ?? TraceRules.Check(record, Header.Volumes.Count, _lastTimeNs);
        if (fault is not null)
            throw Fault(_payloadAt + _consumed, fault);
        _codec.Remember(record);
        _consumed = _payloadBytes - rest.Length;
        _lastTimeNs = record.TimeNs;
        _left--;
        Records++;
        if (_left == 0 && _consumed != _payloadBytes)
            throw Fault(_payloadAt + _consumed, "the block has bytes behind its last record");
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private TraceHeader ReadHeader()
    {
        byte[] prefix = new byte[TraceLayout.HeaderPrefixBytes];
        int got = _stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        if (HeaderCodec.CheckPrefix(prefix.AsSpan(0, got), out int bodyBytes) is { } fault)
            throw Fault(fault.At, fault.Cause);
        byte[] rest = new byte[bodyBytes + TraceLayout.ChecksumBytes];
        got = _stream.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false);
        if (got < rest.Length)
            throw Fault(prefix.Length + got, "the file ends within its header");
        _checksum.Append(prefix);
        _checksum.Append(rest.AsSpan(0, bodyBytes));
        if (_checksum.GetCurrentHashAsUInt64() != BinaryPrimitives.ReadUInt64LittleEndian(rest.AsSpan(bodyBytes)))
            throw Fault(prefix.Length + bodyBytes, "the checksum of the header is wrong");
        if (HeaderCodec.Decode(rest.AsSpan(0, bodyBytes), out TraceHeader header) is { } cause)
            throw Fault(prefix.Length, "the header is malformed: " + cause);
        _position = prefix.Length + rest.Length;
        return header;
    }

    private void NextBlock()
    {
        int got = _stream.ReadAtLeast(_head, _head.Length, throwOnEndOfStream: false);
        if (got == 0)
            throw Fault(_position, "the trace ends without its closing block: its recording was killed or had to stop, "
                + $"or the file was cut; the {Records} records before are whole");
        if (got < _head.Length)
            throw Fault(_position + got, "the file ends within a block");
        bool closes = _head.AsSpan().StartsWith(TraceLayout.ClosingMark);
        if (!closes && !_head.AsSpan().StartsWith(TraceLayout.RecordsMark))
            throw Fault(_position, "a block should begin here, and does not");
        _left = BinaryPrimitives.ReadInt32LittleEndian(_head.AsSpan(4));
        _payloadBytes = BinaryPrimitives.ReadInt32LittleEndian(_head.AsSpan(8));
        CheckLengths(closes);
        ReadPayload();
        if (BinaryPrimitives.ReadUInt32LittleEndian(_head.AsSpan(12)) != _number)
            throw Fault(_position + 12, $"block {_number} should be here, and is not");
        _number = unchecked(_number + 1);
        _position += _head.Length + _payloadBytes;
        _codec.Begin();
        if (closes)
            End();
    }

    private void CheckLengths(bool closes)
    {
        bool isSane = closes
            ? _left == 0 && _payloadBytes == TraceLayout.ClosingPayloadBytes
            : _left > 0 && _payloadBytes is > 0 and <= TraceLayout.MaxPayloadBytes
                && (long)_left * RecordCodec.MinRecordBytes <= _payloadBytes;
        if (!isSane)
            throw Fault(_position + 4, $"a block of {(uint)_left} records in {(uint)_payloadBytes} bytes is absurd");
    }

    private void ReadPayload()
    {
        if (_payload.Length < _payloadBytes)
            _payload = new byte[_payloadBytes];
        _consumed = 0;
        _payloadAt = _position + _head.Length;
        Span<byte> payload = _payload.AsSpan(0, _payloadBytes);
        int got = _stream.ReadAtLeast(payload, _payloadBytes, throwOnEndOfStream: false);
        if (got < _payloadBytes)
            throw Fault(_payloadAt + got, "the file ends within a block");
        _checksum.Reset();
        _checksum.Append(_head.AsSpan(0, TraceLayout.BlockCheckedBytes));
        _checksum.Append(payload);
        ulong expected = BinaryPrimitives.ReadUInt64LittleEndian(_head.AsSpan(TraceLayout.BlockCheckedBytes));
        if (_checksum.GetCurrentHashAsUInt64() != expected)
            throw Fault(_position, "the checksum of the block that begins here is wrong");
    }

    private void End()
    {
        long total = BinaryPrimitives.ReadInt64LittleEndian(_payload);
        if (total != Records)
            throw Fault(_payloadAt, $"the trace says that it has {total} records, and has {Records}");
        if (_stream.ReadByte() >= 0)
            throw Fault(_position, "something follows the closing block");
        _isAtEnd = true;
    }

    private TraceFormatException Fault(long position, string cause) =>
        _fault = new TraceFormatException(_name, $"byte {position}", cause);
}
