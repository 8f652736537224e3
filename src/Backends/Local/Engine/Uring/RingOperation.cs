using System.Numerics;
using System.Runtime.InteropServices;
using IoMerge.Rings;
using static IoMerge.Rings.IoUringConstants;

namespace IoMerge.Backends.Local;

/// <summary>
/// One operation on its way through a ring: what is left of it, and the list of memory that the kernel reads. Used
/// again and again; a ticket names one use of it, so that a completion that comes late or twice is seen as such.
/// </summary>
/// <remarks>
/// Unsafe for the list: an operation's own segments may move with the garbage collector, and a short transfer needs a
/// list of what is left. It has room for as many as it counts, and is freed with the object that owns it.
/// </remarks>
internal sealed unsafe class RingOperation(uint place)
{
    /// <summary>The kernel moves no more in one call; what is left is continued.</summary>
    private const long MostBytesPerCall = 1 << 30;

    private IoSegment* _segments;
    private int _capacity;
    private int _first;
    private int _count;
    private uint _use = 1;
    private ulong _cancelled;

    ~RingOperation() => NativeMemory.Free(_segments);

    /// <summary>The operation; null while this is not in use.</summary>
    internal BackendIo? Io { get; private set; }

    /// <summary>What it is.</summary>
    internal OneCall Call { get; private set; }

    /// <summary>Leading bytes that are transferred.</summary>
    internal long Done { get; private set; }

    /// <summary>Next in a chain.</summary>
    internal RingOperation? Next { get; set; }

    /// <summary>True once its cancellation was asked for.</summary>
    internal bool IsCancelled => Volatile.Read(ref _cancelled) == Ticket;

    /// <summary>Names this use of the object to the kernel.</summary>
    internal ulong Ticket => ((ulong)Volatile.Read(ref _use) << 32) | place;

    /// <summary>Where it lies in the table, from a ticket.</summary>
    internal static uint PlaceOf(ulong ticket) => (uint)ticket;

    /// <summary>Bytes that are left to transfer.</summary>
    internal Extent Rest => Extent.Between(Call.Extent.Offset + Done, Call.Extent.End);

    /// <summary>Takes an operation in.</summary>
    internal void Begin(BackendIo io, in OneCall call)
    {
        Io = io;
        Call = call;
        Done = 0;
        Next = null;
        _first = 0;
        _count = 0;
        if (!call.IsTransfer)
            return;
        ReadOnlySpan<IoSegment> segments = io.Segments;
        if (segments.Length > _capacity)
        {
            _capacity = Math.Max(16, (int)BitOperations.RoundUpToPowerOf2((uint)segments.Length));
            _segments = (IoSegment*)NativeMemory.Realloc(_segments, (nuint)_capacity * (nuint)sizeof(IoSegment));
        }
        _count = segments.Length;
        segments.CopyTo(new Span<IoSegment>(_segments, _count));
    }

    /// <summary>
    /// Marks the present use as cancelled, if it is that of this operation. While it is certain that no new use begins;
    /// the present one may end at any moment, and the mark is without meaning then.
    /// </summary>
    /// <returns>The ticket; null when this carries something else.</returns>
    internal ulong? TryMarkCancelled(BackendIo io)
    {
        // In this order: an end takes the operation away first and changes the ticket then.
        ulong ticket = Ticket;
        if (!ReferenceEquals(Io, io))
            return null;
        Volatile.Write(ref _cancelled, ticket);
        return ticket;
    }

    /// <summary>Lets the operation go and ends this use.</summary>
    internal BackendIo End()
    {
        BackendIo io = Io!;
        Io = null;
        Volatile.Write(ref _use, _use + 1);
        return io;
    }

    /// <summary>Moves on behind transferred bytes.</summary>
    internal void Advance(long bytes)
    {
        Done += bytes;
        while (bytes > 0 && _count > 0)
        {
            ref IoSegment first = ref _segments[_first];
            if (bytes < first.Length)
            {
                first = new IoSegment(first.Address + (nint)bytes, first.Length - (nint)bytes);
                return;
            }
            bytes -= first.Length;
            _first++;
            _count--;
        }
    }

    /// <summary>Writes what is left as an entry for the kernel.</summary>
    /// <param name="entry">Cleared.</param>
    /// <param name="descriptor">The store, or its number among the registered files.</param>
    /// <param name="isRegistered">Which of the two it is.</param>
    /// <param name="memory">Memory that is registered with the ring, as number 0; null for none.</param>
    internal void Fill(IoUringSqe* entry, int descriptor, bool isRegistered, RegisteredMemory? memory)
    {
        entry->fd = descriptor;
        entry->flags = isRegistered ? IOSQE_FIXED_FILE : (byte)0;
        entry->user_data = Ticket;
        switch (Call.Kind)
        {
            case OneCallKind.Read:
            case OneCallKind.Write:
                FillTransfer(entry, memory);
                break;
            case OneCallKind.SyncData:
                entry->opcode = IORING_OP_FSYNC;
                entry->op_flags = IORING_FSYNC_DATASYNC;
                break;
            case OneCallKind.Allocate:
                entry->opcode = IORING_OP_FALLOCATE;
                entry->off = (ulong)Call.Extent.Offset;
                entry->addr = (ulong)Call.Extent.Length;
                entry->len = (uint)Call.Mode;
                break;
        }
    }

    private void FillTransfer(IoUringSqe* entry, RegisteredMemory? memory)
    {
        bool write = Call.Kind == OneCallKind.Write;
        entry->off = (ulong)Rest.Offset;
        entry->op_flags = (uint)Call.Flags;
        if (_count == 1)
        {
            // One piece: the kernel need not take in a list.
            IoSegment piece = _segments[_first];
            bool isFixed = memory is not null && memory.Holds(piece);
            entry->opcode = isFixed
                ? (write ? IORING_OP_WRITE_FIXED : IORING_OP_READ_FIXED)
                : (write ? IORING_OP_WRITE : IORING_OP_READ);
            entry->addr = (ulong)piece.Address;
            entry->len = (uint)Math.Min(piece.Length, MostBytesPerCall);
            return;
        }
        entry->opcode = write ? IORING_OP_WRITEV : IORING_OP_READV;
        entry->addr = (ulong)(_segments + _first);
        entry->len = (uint)Math.Min(_count, PlainTransfer.MaxSegmentsPerCall);
    }
}
