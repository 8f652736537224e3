using System.Buffers.Binary;
using System.IO.Hashing;
using IoMerge.Traces.Binary;

namespace IoMerge.Traces;

/// <summary>
/// Writes a trace in the binary format. Records gather in a block, which goes to the file as a whole, with its
/// checksum, when it is full or <see cref="Flush"/> is called. No allocation per record. Not thread-safe.
/// </summary>
public sealed class TraceFileWriter : ITraceSink
{
    private readonly Stream _stream;
    private readonly int _volumes;
    private readonly RecordCodec _codec;
    private readonly XxHash3 _checksum = new();
    private readonly byte[] _block = new byte[
        TraceLayout.BlockHeaderBytes + TraceLayout.FullPayloadBytes + RecordCodec.MaxRecordBytes];
    private int _used;
    private int _records;
    private uint _number;
    private long _lastTimeNs;
    private bool _isComplete;

    /// <summary>Begins a trace: writes its header.</summary>
    /// <param name="stream">Where to; disposed of with the writer. It should not buffer: blocks are large.</param>
    /// <param name="header">What the trace says about itself.</param>
    /// <exception cref="ArgumentException">The volumes cannot be those of a trace.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public TraceFileWriter(Stream stream, TraceHeader header)
    {
        if (TraceRules.Check(header.Volumes) is { } fault)
            throw new ArgumentException(fault, nameof(header));
        _stream = stream;
        _volumes = header.Volumes.Count;
        _codec = new RecordCodec(_volumes);
        BeginBlock();
        byte[] bytes = HeaderCodec.Encode(header);
        stream.Write(bytes);
        WholeBytes = bytes.Length;
    }

    /// <summary>Records written so far, those included that still wait in a block.</summary>
    public long Records { get; private set; }

    /// <summary>Records in blocks that are in the file as a whole.</summary>
    public long RecordsInFile { get; private set; }

    /// <summary>Bytes of the file up to the end of the last whole block.</summary>
    public long WholeBytes { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Losses => [];

    /// <inheritdoc/>
    public void Write(in TraceRecord record)
    {
        ObjectDisposedException.ThrowIf(_isComplete, this);
        if (TraceRules.Check(record, _volumes, _lastTimeNs) is { } fault)
            throw new ArgumentException(fault, nameof(record));
        _used += _codec.Encode(record, _block.AsSpan(_used));
        _lastTimeNs = record.TimeNs;
        _records++;
        Records++;
        if (_used >= TraceLayout.BlockHeaderBytes + TraceLayout.FullPayloadBytes)
            Flush();
    }

    /// <summary>Hands what has gathered to the file, so that a process that is killed leaves it there.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Flush()
    {
        if (_records > 0)
            EndBlock(TraceLayout.RecordsMark);
    }

    /// <inheritdoc/>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(_isComplete, this);
        Flush();
        BinaryPrimitives.WriteInt64LittleEndian(_block.AsSpan(_used), Records);
        _used += TraceLayout.ClosingPayloadBytes;
        EndBlock(TraceLayout.ClosingMark);
        _stream.Flush();
        _isComplete = true;
    }

    /// <summary>Closes the file. Without <see cref="Complete"/> before, it stays a trace that broke off.</summary>
    public void Dispose() => _stream.Dispose();

    private void BeginBlock()
    {
        _codec.Begin();
        _used = TraceLayout.BlockHeaderBytes;
        _records = 0;
    }

    private void EndBlock(ReadOnlySpan<byte> mark)
    {
        Span<byte> block = _block.AsSpan(0, _used);
        mark.CopyTo(block);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], _records);
        BinaryPrimitives.WriteInt32LittleEndian(block[8..], _used - TraceLayout.BlockHeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], _number);
        _checksum.Reset();
        _checksum.Append(block[..TraceLayout.BlockCheckedBytes]);
        _checksum.Append(block[TraceLayout.BlockHeaderBytes..]);
        BinaryPrimitives.WriteUInt64LittleEndian(
            block[TraceLayout.BlockCheckedBytes..], _checksum.GetCurrentHashAsUInt64());
        _stream.Write(block);
        _number = unchecked(_number + 1);
        RecordsInFile += _records;
        WholeBytes += _used;
        BeginBlock();
    }
}
