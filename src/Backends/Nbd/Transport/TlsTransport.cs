using System.Net.Security;
using System.Net.Sockets;

namespace IoMerge.Backends.Nbd;

/// <summary>A socket with TLS. Both ways block, and bytes are copied on their way through the cipher.</summary>
/// <remarks>Unsafe because it looks at memory by address; spans are as long as their segments say.</remarks>
internal sealed unsafe class TlsTransport(Socket socket, SslStream stream) : ITransport
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
        catch (Exception e) when (IsBroken(e))
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
        catch (Exception e) when (IsBroken(e))
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

    private static bool IsBroken(Exception e) => e is IOException or SocketException or ObjectDisposedException
        or InvalidOperationException or System.Security.Authentication.AuthenticationException;
}
