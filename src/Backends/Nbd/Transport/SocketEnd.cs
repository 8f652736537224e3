using System.Net.Sockets;

namespace IoMerge.Backends.Nbd;

/// <summary>The end of a socket, as seen by those who use it meanwhile.</summary>
internal static class SocketEnd
{
    /// <summary>Makes everybody who uses it find it closed. Any thread; does nothing when it is.</summary>
    internal static void Shutdown(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other side was faster.
        }
    }
}
