using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;

namespace IoMerge.Backends.Nbd.Tests.Hostile.Server;

/// <summary>
/// One client: the handshake, then requests. What has arrived together is answered together, the last first and the
/// chunks of different requests mixed, as a server with many threads may do it.
/// </summary>
/// <param name="server">Whose connection it is.</param>
/// <param name="socket">Its end.</param>
/// <param name="violations">Takes what the client does that the protocol forbids.</param>
internal sealed class ServerConnection(NbdTestServer server, Socket socket, List<string> violations) : IDisposable
{
    private const int MaxPayload = 64 << 20;
    private const int MaxBatch = 64;

    private Stream _stream = new NetworkStream(socket, ownsSocket: false);
    private readonly Answers _answers = new(server.Export);
    private bool _isStructured;

    /// <summary>Serves until the client leaves or the script ends it.</summary>
    internal async Task RunAsync()
    {
        ServerHandshake handshake = new(
            server.Export, SendAsync, ReadAsync, server.IsTls ? StartTlsAsync : null, violations);
        if (await handshake.RunAsync() && await TransmitAsync(handshake.IsStructured))
            return;
        socket.Shutdown(SocketShutdown.Both);
    }

    public void Dispose() => _stream.Dispose();

    private async Task StartTlsAsync()
    {
        SslStream tls = new(_stream);
        _stream = tls;
        await tls.AuthenticateAsServerAsync(ServerIdentity.Certificate);
    }

    private async Task<bool> TransmitAsync(bool isStructured)
    {
        _isStructured = isStructured;
        server.NoteTransmission();
        if (server.IsDeaf)
            await server.Gone;
        List<ClientRequest> batch = [];
        while (true)
        {
            if (await ReceiveAsync() is not { } request)
                return true;
            batch.Add(request);
            if (batch.Count < MaxBatch && socket.Available > 0)
                continue;
            if (!await AnswerAsync(batch))
                return false;
            batch.Clear();
        }
    }

    private async Task<ClientRequest?> ReceiveAsync()
    {
        byte[] header = await ReadAsync(28);
        if (BinaryPrimitives.ReadUInt32BigEndian(header) != Wire.RequestMagic)
        {
            violations.Add("A request has another magic.");
            throw new IOException("Out of step.");
        }
        var command = (Command)BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(6));
        uint length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(24));
        if (command == Command.Write && length > MaxPayload)
            throw new IOException("An absurd write.");
        ClientRequest request = new(
            BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(4)), command,
            BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(8)),
            BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(16)), length,
            command == Command.Write ? await ReadAsync((int)length) : []);
        server.Note(request);
        return command == Command.Disconnect ? null : request;
    }

    private async Task<bool> AnswerAsync(List<ClientRequest> batch)
    {
        List<Queue<ServerMessage>> open = [];
        for (int i = batch.Count - 1; i >= 0; i--)
        {
            if (Conduct.FaultOf(batch[i], server.Export) is { } fault)
                violations.Add(fault);
            open.Add(new Queue<ServerMessage>(_answers.To(batch[i], _isStructured)));
        }
        while (open.Count > 0)
        {
            foreach (Queue<ServerMessage> answer in open)
            {
                if (!await SendAsync(answer.Dequeue()))
                    return false;
            }
            open.RemoveAll(answer => answer.Count == 0);
        }
        return true;
    }

    // False when the script ends the connection.
    private async Task<bool> SendAsync(ServerMessage message)
    {
        Delivery delivery = server.Script.Deliver(message);
        await _stream.WriteAsync(delivery.Bytes);
        if (delivery.Then == Ending.Stall)
        {
            byte[] rest = new byte[4096];
            while (await _stream.ReadAsync(rest) > 0)
            {
            }
        }
        return delivery.Then == Ending.GoOn;
    }

    private async Task<byte[]> ReadAsync(int length)
    {
        byte[] bytes = new byte[length];
        await _stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
