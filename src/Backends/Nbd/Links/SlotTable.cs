using System.Runtime.InteropServices;

namespace IoMerge.Backends.Nbd;

/// <summary>
/// The commands that one connection has in flight, each in a place of its own, and the headers that they are sent
/// with. A cookie is the place and a number that is never used twice: a reply that comes again, or is made up, finds
/// nothing. Owned by the link's lock, except where said otherwise.
/// </summary>
/// <remarks>Unsafe because headers lie in memory that goes to the kernel; there is room for every place.</remarks>
internal sealed unsafe class SlotTable
{
    /// <summary>Commands in flight at most. More would only wait at the server.</summary>
    internal const int Capacity = 256;

    private const int PlaceBits = 16;
    private const int Stride = 32;

    private readonly NbdCommand?[] _commands = new NbdCommand?[Capacity];
    private readonly ushort[] _free = new ushort[Capacity];
    private readonly byte* _headers = (byte*)NativeMemory.Alloc(Capacity * Stride);
    private ulong _uses = (ulong)Random.Shared.NextInt64(1L << 40);
    private int _freeCount = Capacity;

    internal SlotTable()
    {
        for (int i = 0; i < Capacity; i++)
            _free[i] = (ushort)i;
    }

    ~SlotTable() => NativeMemory.Free(_headers);

    /// <summary>Commands in flight.</summary>
    internal int Count => Capacity - _freeCount;

    /// <summary>Bytes of the reads among them.</summary>
    internal long ReadBytes { get; private set; }

    /// <summary>Bytes of the writes among them.</summary>
    internal long WriteBytes { get; private set; }

    /// <summary>True when no more can be added.</summary>
    internal bool IsFull => _freeCount == 0;

    /// <summary>Gives a command its place, its cookie and its header.</summary>
    internal void Add(NbdCommand command, long nowMs)
    {
        int place = _free[--_freeCount];
        _commands[place] = command;
        command.Cookie = (_uses++ << PlaceBits) | (uint)place;
        command.GivenAtMs = nowMs;
        ReadBytes += command.Type == NbdWire.CMD_READ ? command.Length : 0;
        WriteBytes += command.PayloadBytes;
        RequestHeader.Write(new Span<byte>(_headers + (place * Stride), NbdWire.RequestBytes),
            command.Flags, command.Type, command.Cookie, command.Offset, command.Length);
    }

    /// <summary>The header of a command that has a place.</summary>
    internal byte* HeaderOf(NbdCommand command) => _headers + (PlaceOf(command.Cookie) * Stride);

    /// <summary>The command of a cookie, or null. The receiver may ask without the lock: only it takes commands
    /// out.</summary>
    internal NbdCommand? Find(ulong cookie)
    {
        int place = PlaceOf(cookie);
        NbdCommand? command = place < Capacity ? Volatile.Read(ref _commands[place]) : null;
        return command?.Cookie == cookie ? command : null;
    }

    /// <summary>Takes a command out.</summary>
    internal void Remove(NbdCommand command)
    {
        int place = PlaceOf(command.Cookie);
        _commands[place] = null;
        _free[_freeCount++] = (ushort)place;
        ReadBytes -= command.Type == NbdWire.CMD_READ ? command.Length : 0;
        WriteBytes -= command.PayloadBytes;
    }

    /// <summary>When the oldest command was added, in milliseconds; <see cref="long.MaxValue"/> without one.</summary>
    internal long OldestMs()
    {
        long oldest = long.MaxValue;
        for (int i = 0; i < Capacity && Count > 0; i++)
            oldest = Math.Min(oldest, _commands[i]?.GivenAtMs ?? long.MaxValue);
        return oldest;
    }

    /// <summary>Takes all commands out.</summary>
    internal void TakeAll(ref CommandChain target)
    {
        foreach (NbdCommand? command in _commands)
        {
            if (command is null)
                continue;
            Remove(command);
            target.Append(command);
        }
    }

    private static int PlaceOf(ulong cookie) => (int)(cookie & ((1 << PlaceBits) - 1));
}
