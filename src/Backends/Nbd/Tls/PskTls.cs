using System.Net.Sockets;
using System.Text;
using Org.BouncyCastle.Tls;

namespace IoMerge.Backends.Nbd;

/// <summary>TLS with a key that both sides have. It is read from a file, once, and told to nobody.</summary>
internal sealed class PskTls : ITls
{
    private readonly string _path;
    private readonly string _user;
    private readonly byte[] _identity;
    private readonly byte[] _key;

    /// <param name="path">The file with the keys.</param>
    /// <param name="user">Whose key it is: the name that the server knows it by.</param>
    /// <exception cref="BackendOpenException">There is no such key.</exception>
    internal PskTls(string path, string user)
    {
        _path = path;
        _user = user;
        _identity = Encoding.UTF8.GetBytes(user);
        _key = PskFile.ReadKey(path, user);
    }

    /// <inheritdoc/>
    public Stream Start(Stream inner)
    {
        PskPeer peer = new(_identity, _key);
        PskProtocol protocol = new(inner);
        try
        {
            protocol.Connect(peer);
            return protocol.Stream;
        }
        catch (Exception e)
        {
            // Whatever a server's bytes lead to in there, this server is not spoken with.
            throw new NbdProtocolException($"TLS fails: {Explain(e, peer)}. Check that it takes pre-shared keys, and "
                + $"that its key for {_user} is the one in {_path}", e);
        }
    }

    private static string Explain(Exception e, PskPeer peer) => e switch
    {
        _ when peer.IsKeyLeftOut => "it wants to go on without the key",
        TlsFatalAlertReceived alert => $"it says {AlertDescription.GetText(alert.AlertDescription)}",
        // That is how a connection that ends between two messages is told.
        TlsFatalAlert { AlertDescription: AlertDescription.handshake_failure, InnerException: null } or
            EndOfStreamException or IOException { InnerException: SocketException } => "it hung up",
        _ => $"what it sends makes no sense here, {e.Message.TrimEnd('.')}",
    };
}
