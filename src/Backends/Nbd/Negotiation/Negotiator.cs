using System.Buffers.Binary;
using System.Text;

namespace IoMerge.Backends.Nbd;

/// <summary>
/// The beginning of a connection: fixed newstyle, TLS, structured replies, the allocation context, and the export.
/// Blocking and unhurried; deadlines are the caller's.
/// </summary>
internal static class Negotiator
{
    // A server that describes an export without end is not waited for.
    private const int MaxInfos = 64;

    /// <summary>Agrees with the server.</summary>
    /// <param name="stream">The connection; replaced when TLS begins.</param>
    /// <param name="export">Name of the export.</param>
    /// <param name="startTls">Puts TLS around a stream; null when the connection stays plain.</param>
    /// <exception cref="NbdProtocolException">The server refuses, or breaks the protocol.</exception>
    internal static ExportInfo Run(ref Stream stream, string export, Func<Stream, Stream>? startTls)
    {
        OptionStream options = new(stream);
        bool hasZeroes = !Greet(options);
        if (startTls is not null)
        {
            options.Ask(NbdWire.OPT_STARTTLS);
            OptionReply tls = options.ReadReply(NbdWire.OPT_STARTTLS);
            if (tls.Type != NbdWire.REP_ACK || tls.Data.Length != 0)
                throw new NbdProtocolException(
                    $"it does not speak TLS{tls.Words}. Let the server do TLS, or say nbd instead of nbds");
            stream = startTls(stream);
            options = new OptionStream(stream);
        }
        bool structured = AskForStructure(options);
        byte[] name = Encoding.UTF8.GetBytes(export);
        uint? context = structured ? AskForAllocation(options, name) : null;
        return Go(options, name, export, structured, context, hasZeroes);
    }

    /// <returns>True when no zeros come behind an export that is chosen the old way.</returns>
    private static bool Greet(OptionStream options)
    {
        byte[] greeting = options.Read(18);
        if (BinaryPrimitives.ReadUInt64BigEndian(greeting) != NbdWire.NBDMAGIC)
            throw new NbdProtocolException("it is no NBD server, it begins with other bytes. Check address and port");
        if (BinaryPrimitives.ReadUInt64BigEndian(greeting.AsSpan(8)) != NbdWire.IHAVEOPT)
            throw new NbdProtocolException("it speaks the old style of the protocol. Start it in the fixed new style");
        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(greeting.AsSpan(16));
        if ((flags & NbdWire.FLAG_FIXED_NEWSTYLE) == 0)
            throw new NbdProtocolException("it does not speak the fixed new style of the protocol, and nothing older "
                + "is spoken here");
        bool noZeroes = (flags & NbdWire.FLAG_NO_ZEROES) != 0;
        byte[] answer = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(
            answer, NbdWire.FLAG_FIXED_NEWSTYLE | (noZeroes ? NbdWire.FLAG_NO_ZEROES : 0u));
        options.Write(answer);
        return noZeroes;
    }

    private static bool AskForStructure(OptionStream options)
    {
        options.Ask(NbdWire.OPT_STRUCTURED_REPLY);
        OptionReply reply = options.ReadReply(NbdWire.OPT_STRUCTURED_REPLY);
        if (reply.Type == NbdWire.REP_ERR_TLS_REQD)
            throw new NbdProtocolException($"it demands TLS{reply.Words}. Say nbds instead of nbd");
        if (reply.Type == NbdWire.REP_ACK)
            return true;
        return reply.IsError ? false : throw Unexpected(NbdWire.OPT_STRUCTURED_REPLY, reply);
    }

    private static uint? AskForAllocation(OptionStream options, byte[] name)
    {
        const string Query = "base:allocation";
        byte[] data = new byte[4 + name.Length + 8 + Query.Length];
        BinaryPrimitives.WriteUInt32BigEndian(data, (uint)name.Length);
        name.CopyTo(data, 4);
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(4 + name.Length), 1);
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(8 + name.Length), (uint)Query.Length);
        Encoding.ASCII.GetBytes(Query, data.AsSpan(12 + name.Length));
        options.Ask(NbdWire.OPT_SET_META_CONTEXT, data);
        uint? context = null;
        for (int replies = 0; replies < MaxInfos; replies++)
        {
            OptionReply reply = options.ReadReply(NbdWire.OPT_SET_META_CONTEXT);
            // What is wrong with an export is told better when it is asked for itself.
            if (reply.IsError)
                return null;
            if (reply.Type == NbdWire.REP_ACK)
                return context;
            if (reply.Type != NbdWire.REP_META_CONTEXT || reply.Data.Length < 4)
                throw Unexpected(NbdWire.OPT_SET_META_CONTEXT, reply);
            if (Encoding.ASCII.GetString(reply.Data.AsSpan(4)) == Query)
                context = BinaryPrimitives.ReadUInt32BigEndian(reply.Data);
        }
        throw new NbdProtocolException("it names contexts without end");
    }

    private static ExportInfo Go(
        OptionStream options, byte[] name, string export, bool structured, uint? context, bool hasZeroes)
    {
        byte[] data = new byte[4 + name.Length + 4];
        BinaryPrimitives.WriteUInt32BigEndian(data, (uint)name.Length);
        name.CopyTo(data, 4);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4 + name.Length), 1);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(6 + name.Length), NbdWire.INFO_BLOCK_SIZE);
        options.Ask(NbdWire.OPT_GO, data);
        (ulong Size, ushort Flags)? facts = null;
        (uint, uint, uint)? blocks = null;
        for (int replies = 0; replies < MaxInfos; replies++)
        {
            OptionReply reply = options.ReadReply(NbdWire.OPT_GO);
            if (reply.Type == NbdWire.REP_ERR_UNSUP)
                return ChooseTheOldWay(options, name, structured, context, hasZeroes);
            if (reply.IsError)
                throw new NbdProtocolException(Explain(reply, export));
            if (reply.Type == NbdWire.REP_ACK)
            {
                return facts is { } known
                    ? ExportInfo.Create(known.Size, known.Flags, blocks, structured, context)
                    : throw new NbdProtocolException("it opens the export and does not say how large it is");
            }
            if (reply.Type != NbdWire.REP_INFO || reply.Data.Length < 2)
                throw Unexpected(NbdWire.OPT_GO, reply);
            ReadInfo(reply.Data, ref facts, ref blocks);
        }
        throw new NbdProtocolException("it describes the export without end");
    }

    private static void ReadInfo(byte[] data, ref (ulong, ushort)? facts, ref (uint, uint, uint)? blocks)
    {
        switch (BinaryPrimitives.ReadUInt16BigEndian(data))
        {
            case NbdWire.INFO_EXPORT when data.Length == 12:
                facts = (BinaryPrimitives.ReadUInt64BigEndian(data.AsSpan(2)),
                    BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(10)));
                break;
            case NbdWire.INFO_BLOCK_SIZE when data.Length == 14:
                blocks = (BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(2)),
                    BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(6)),
                    BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(10)));
                break;
            case NbdWire.INFO_EXPORT or NbdWire.INFO_BLOCK_SIZE:
                throw new NbdProtocolException($"it describes the export in {data.Length} bytes");
        }
    }

    private static ExportInfo ChooseTheOldWay(
        OptionStream options, byte[] name, bool structured, uint? context, bool hasZeroes)
    {
        // A refusal has no words here: the server hangs up.
        options.Ask(NbdWire.OPT_EXPORT_NAME, name);
        byte[] facts = options.Read(10);
        if (hasZeroes)
            options.Read(124);
        return ExportInfo.Create(BinaryPrimitives.ReadUInt64BigEndian(facts),
            BinaryPrimitives.ReadUInt16BigEndian(facts.AsSpan(8)), null, structured, context);
    }

    private static string Explain(OptionReply reply, string export) => reply.Type switch
    {
        NbdWire.REP_ERR_UNKNOWN => $"it has no export \"{export}\"{reply.Words}. nbdinfo --list shows what it has",
        NbdWire.REP_ERR_POLICY => $"it does not let us have the export \"{export}\"{reply.Words}. Ask whoever runs it",
        NbdWire.REP_ERR_TLS_REQD => $"it demands TLS{reply.Words}. Say nbds instead of nbd",
        NbdWire.REP_ERR_SHUTDOWN => $"it is shutting down{reply.Words}. Start it again",
        _ => $"it refuses the export \"{export}\" with error {reply.Type & ~NbdWire.REP_FLAG_ERROR}{reply.Words}. "
            + "Its own log may say why",
    };

    private static NbdProtocolException Unexpected(uint option, OptionReply reply) =>
        new($"it answers option {option} with {reply.Type:x} and {reply.Data.Length} bytes");
}
