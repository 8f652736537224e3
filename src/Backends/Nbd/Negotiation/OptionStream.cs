using System.Buffers.Binary;
using System.Text;

namespace IoMerge.Backends.Nbd;

/// <summary>An answer to an option.</summary>
/// <param name="Type">What it says.</param>
/// <param name="Data">What comes with it.</param>
internal readonly record struct OptionReply(uint Type, byte[] Data)
{
    /// <summary>True when the server refuses.</summary>
    internal bool IsError => (Type & NbdWire.REP_FLAG_ERROR) != 0;

    /// <summary>The server's own words, made harmless; empty when it has none.</summary>
    internal string Words
    {
        get
        {
            string text = new([.. Encoding.UTF8.GetString(Data, 0, Math.Min(Data.Length, 300))
                .Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)]);
            return text.Trim().Length == 0 ? "" : $" (it says: {text.Trim()})";
        }
    }
}

/// <summary>Options and their answers on a stream. It blocks; who has a deadline closes the stream.</summary>
internal sealed class OptionStream(Stream stream)
{
    // Nothing that is asked for is longer; an export's name comes back at most once.
    private const int MaxReplyBytes = NbdWire.MaxStringBytes + 64;

    /// <summary>Reads exactly so many bytes.</summary>
    internal byte[] Read(int count)
    {
        byte[] bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Writes bytes.</summary>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        stream.Flush();
    }

    /// <summary>Asks for an option.</summary>
    internal void Ask(uint option, ReadOnlySpan<byte> data = default)
    {
        byte[] bytes = new byte[16 + data.Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, NbdWire.IHAVEOPT);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), option);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), (uint)data.Length);
        data.CopyTo(bytes.AsSpan(16));
        Write(bytes);
    }

    /// <summary>Reads one answer to an option.</summary>
    /// <exception cref="NbdProtocolException">It is none.</exception>
    internal OptionReply ReadReply(uint option)
    {
        byte[] head = Read(20);
        ulong magic = BinaryPrimitives.ReadUInt64BigEndian(head);
        uint answered = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(8));
        uint type = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(12));
        uint length = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(16));
        if (magic != NbdWire.OptionReplyMagic)
            throw new NbdProtocolException($"the answer to an option begins with {magic:x16}");
        if (answered != option)
            throw new NbdProtocolException($"it answers option {answered}, and was asked for {option}");
        if (length > MaxReplyBytes)
            throw new NbdProtocolException($"it answers an option with {length} bytes");
        return new OptionReply(type, Read((int)length));
    }
}
