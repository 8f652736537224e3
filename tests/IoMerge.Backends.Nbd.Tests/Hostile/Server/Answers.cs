namespace IoMerge.Backends.Nbd.Tests.Hostile.Server;

/// <summary>Carries out requests on an export and says which messages answer them, in their order.</summary>
internal sealed class Answers(MemoryExport export)
{
    private const int LongestChunk = 2 * MemoryExport.BlockSize;
    private const uint Context = 1;
    private const ushort FastZero = 16;

    /// <summary>The messages that answer a request.</summary>
    internal IEnumerable<ServerMessage> To(ClientRequest request, bool isStructured)
    {
        if (request.Command != Command.Flush
            && (request.Length == 0 || request.Offset + request.Length > (ulong)export.Size))
            return [Error(request, Wire.Einval, isStructured)];
        if (request.Command == Command.Read)
            return isStructured ? Chunks(request) : [SimpleRead(request)];
        if (request.Command == Command.BlockStatus)
            return [isStructured ? Status(request) : Error(request, Wire.Einval, false)];
        if (request.Command != Command.Flush && export.IsBad(request))
            return [Error(request, Wire.Eio, isStructured)];
        if (export.IsZeroSlow && (request.Flags & FastZero) != 0)
            return [Error(request, Wire.Enotsup, isStructured)];
        Change(request);
        // A server may answer with either, but for reads.
        return [isStructured && request.Command == Command.Flush
            ? Messages.DoneChunk(request.Cookie)
            : Messages.Simple(MessageKind.SimpleReply, 0, request.Cookie)];
    }

    private void Change(ClientRequest request)
    {
        const ushort Fua = 1;
        if (request.Command == Command.Write)
            export.Write((long)request.Offset, request.Payload);
        if (request.Command is Command.Trim or Command.WriteZeroes)
            export.Write((long)request.Offset, new byte[request.Length]);
        if (request.Command == Command.Flush || (request.Flags & Fua) != 0)
            export.Flush();
    }

    private static ServerMessage Error(ClientRequest request, uint error, bool isStructured) => isStructured
        ? Messages.ErrorChunk(request.Cookie, error, "no such luck")
        : Messages.Simple(MessageKind.SimpleErrorReply, error, request.Cookie);

    private ServerMessage SimpleRead(ClientRequest request) => export.IsBad(request)
        ? Error(request, Wire.Eio, false)
        : Messages.Simple(MessageKind.SimpleReadReply, 0, request.Cookie,
            export.Read((long)request.Offset, (int)request.Length));

    // The last stretch first: chunks may come in any order.
    private List<ServerMessage> Chunks(ClientRequest request)
    {
        List<ServerMessage> messages = [];
        ulong cookie = request.Cookie;
        var end = (long)(request.Offset + request.Length);
        bool isBad = export.IsBad(request);
        if (isBad)
            end = Math.Max((long)request.Offset, export.Bad.Offset);
        var stretches = export.Stretches((long)request.Offset, (int)(end - (long)request.Offset), LongestChunk);
        for (int i = stretches.Count - 1; i >= 0; i--)
        {
            (long offset, int length, bool isHole) = stretches[i];
            // One chunk alone carries the mark itself; after several, one more message does.
            bool isLast = stretches.Count == 1 && !isBad;
            messages.Add(isHole
                ? Messages.HoleChunk(cookie, (ulong)offset, (uint)length, isLast)
                : Messages.DataChunk(cookie, (ulong)offset, export.Read(offset, length), isLast));
        }
        if (isBad)
            messages.Add(Messages.ErrorOffsetChunk(cookie, Wire.Eio, "a bad place", (ulong)end));
        if (stretches.Count != 1 || isBad)
            messages.Add(Messages.DoneChunk(cookie));
        return messages;
    }

    private ServerMessage Status(ClientRequest request)
    {
        const uint HoleThatReadsAsZero = 3;
        var stretches = export.Stretches((long)request.Offset, (int)request.Length, int.MaxValue);
        return Messages.StatusChunk(request.Cookie, Context,
            [.. stretches.Select(part => ((uint)part.Length, part.IsHole ? HoleThatReadsAsZero : 0))]);
    }
}
