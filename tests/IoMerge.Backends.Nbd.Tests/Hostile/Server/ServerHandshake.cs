using System.Buffers.Binary;
using System.Text;

namespace IoMerge.Backends.Nbd.Tests.Hostile.Server;

/// <summary>The server's part of the fixed newstyle handshake.</summary>
/// <param name="export">What is served.</param>
/// <param name="send">Sends a message; false when that ends the connection.</param>
/// <param name="read">Reads so many bytes.</param>
/// <param name="startTls">Begins TLS; null for a server that does not know it.</param>
/// <param name="violations">Takes what the client did that the protocol forbids.</param>
internal sealed class ServerHandshake(
    MemoryExport export, Func<ServerMessage, Task<bool>> send, Func<int, Task<byte[]>> read, Func<Task>? startTls,
    List<string> violations)
{
    private const int MaxOption = 1 << 20;
    private readonly ushort _flags =
        export.PadsWithZeroes ? Wire.FixedNewstyle : (ushort)(Wire.FixedNewstyle | Wire.NoZeroes);
    private bool _isWithinTls;

    /// <summary>Whether replies are structured.</summary>
    internal bool IsStructured { get; private set; }

    /// <summary>Goes as far as transmission; false when the connection ended before.</summary>
    internal async Task<bool> RunAsync()
    {
        if (!await send(Messages.Greeting(_flags)))
            return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(await read(4)) != _flags)
            violations.Add("The client's flags are not the server's.");
        while (true)
        {
            byte[] header = await read(16);
            if (BinaryPrimitives.ReadUInt64BigEndian(header) != Wire.OptionMagic)
            {
                violations.Add("An option has another magic.");
                return false;
            }
            uint option = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8));
            uint length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(12));
            if (length > MaxOption)
            {
                violations.Add($"An option of {length} bytes.");
                return false;
            }
            byte[] data = await read((int)length);
            if (startTls is not null && !_isWithinTls && option != Wire.OptionStartTls)
                violations.Add($"Option {option} in the clear.");
            if (option == Wire.OptionExportName)
            {
                // There is no way to refuse but to hang up.
                return Named(data) && await send(
                    Messages.NamedExport((ulong)export.Size, export.Flags, export.PadsWithZeroes));
            }
            List<ServerMessage> replies = [.. Replies(option, data)];
            foreach (ServerMessage reply in replies)
            {
                if (!await send(reply))
                    return false;
            }
            if (option == Wire.OptionAbort)
                return false;
            if (replies is [{ Kind: MessageKind.StartTlsAck }] && startTls is not null)
            {
                await startTls();
                _isWithinTls = true;
            }
            if (replies is [.., { Kind: MessageKind.GoAck }])
                return true;
        }
    }

    private IEnumerable<ServerMessage> Replies(uint option, byte[] data)
    {
        switch (option)
        {
            case Wire.OptionAbort:
                return [Messages.Option(MessageKind.MetaContextAck, option, Wire.ReplyAck)];
            case Wire.OptionStartTls when export.PretendsTls || (startTls is not null && !_isWithinTls):
                return [Messages.Option(MessageKind.StartTlsAck, option, Wire.ReplyAck)];
            case Wire.OptionStructuredReply when export.IsStructured:
                IsStructured = true;
                return [Messages.Option(MessageKind.StructuredReplyAck, option, Wire.ReplyAck)];
            case Wire.OptionSetMetaContext when IsStructured:
                return Serves(data)
                    ? [Messages.MetaContext(option, 1, "base:allocation"),
                        Messages.Option(MessageKind.MetaContextAck, option, Wire.ReplyAck)]
                    : [Messages.Refusal(option, Wire.ErrorUnknown, "There is no such export.")];
            case Wire.OptionGo or Wire.OptionInfo when !export.IsOldStyle:
                return Serves(data)
                    ? Description(option)
                    : [Messages.Refusal(option, Wire.ErrorUnknown, "There is no such export.")];
            default:
                return [Messages.Refusal(option, Wire.ErrorUnsupported, "That is not known here.")];
        }
    }

    // The end of an information option is an acknowledgement too, but transmission does not follow it.
    private IEnumerable<ServerMessage> Description(uint option) =>
    [
        Messages.NameInfo(option, export.Name),
        Messages.BlockSizeInfo(option, export.Minimum, export.Preferred, export.Maximum),
        Messages.ExportInfo(option, (ulong)export.Size, export.Flags),
        Messages.Option(option == Wire.OptionGo ? MessageKind.GoAck : MessageKind.MetaContextAck, option,
            Wire.ReplyAck),
    ];

    private bool Serves(byte[] data)
    {
        int length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(data), (uint)data.Length - 4);
        return Named(data.AsSpan(4, length));
    }

    private bool Named(ReadOnlySpan<byte> name) => export.Exists && Encoding.UTF8.GetString(name) == export.Name;
}
