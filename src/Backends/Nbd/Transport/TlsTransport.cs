using System.Net.Sockets;

namespace IoMerge.Backends.Nbd;

/// <summary>A socket with TLS. Both ways block, and bytes are copied on their way through the cipher.</summary>
/// <remarks>
/// Unsafe because it looks at memory by address; spans are as long as their segments say. Whatever a library of TLS
/// throws at a server's bytes, the connection is over.
/// </remarks>
/// <param name="socket">The connection.</param>
/// <param name="stream">TLS on it, which one thread may read while another writes.</param>
internal sealed unsafe class TlsTransport(Socket socket, Stream stream) : ITransport
{
    // One record of TLS; small pieces go together into one.
    private readonly byte[] _gathered = new byte[16 << 10];

    public bool SendingBlocks => true;

    public nint Send(IoSegment* segments, int count)
    {
        try
        {
            IoSegment first = segments[0];
            if (count == 1 || first.Length >= _gathered.Length)
            {
                int whole = (int)Math.Min(first.Length, 1 << 20);
                stream.Write(new ReadOnlySpan<byte>((void*)first.Address, whole));
                return whole;
            }
            int filled = 0;
            for (int i = 0; i < count && filled < _gathered.Length; i++)
            {
                int length = (int)Math.Min(segments[i].Length, _gathered.Length - filled);
                new ReadOnlySpan<byte>((void*)segments[i].Address, length).CopyTo(_gathered.AsSpan(filled));
                filled += length;
            }
            stream.Write(_gathered, 0, filled);
            return filled;
        }
        catch (Exception)
        {
            return ITransport.Broken;
        }
    }

    public nint Receive(IoSegment* segments, int count)
    {
        try
        {
            int received = stream.Read(new Span<byte>(
                (void*)segments[0].Address, (int)Math.Min(segments[0].Length, int.MaxValue)));
            return received > 0 ? received : ITransport.Broken;
        }
        catch (Exception)
        {
            return ITransport.Broken;
        }
    }

    public bool Wait(bool untilWritable) => false;

    public void Wake()
    {
    }

    public void Abort() => SocketEnd.Shutdown(socket);

    public void Dispose()
    {
        stream.Dispose();
        socket.Dispose();
    }
}
