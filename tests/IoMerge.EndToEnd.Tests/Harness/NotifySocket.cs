using System.Net.Sockets;
using System.Text;

namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>The service manager's side of <c>Type=notify</c>: a socket that hears what a service says.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly string _path;

    /// <param name="path">Where; nothing is there yet.</param>
    internal NotifySocket(string path)
    {
        _path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
    }

    /// <summary>What the manager puts into a service's environment, for env(1).</summary>
    internal string[] Variables => [$"NOTIFY_SOCKET={_path}", $"INVOCATION_ID={Guid.NewGuid():N}"];

    /// <summary>Whether nothing was said that was not received.</summary>
    internal bool IsSilent => _socket.Available == 0;

    /// <summary>Waits for the next message.</summary>
    /// <param name="service">Who says it; when it ends instead, its output is what failed.</param>
    internal string Receive(ChildProcess service)
    {
        Until.True(() => !IsSilent || service.HasExited, () => $"The service says nothing:\n{service.Output}");
        Assert.False(IsSilent, $"The service ended with {(IsSilent ? service.WaitForExit() : 0)}:\n{service.Output}");
        byte[] message = new byte[4096];
        return Encoding.UTF8.GetString(message, 0, _socket.Receive(message)).TrimEnd('\n');
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
