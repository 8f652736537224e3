using System.Net.Sockets;
using IoMerge.Backends.Nbd.Tests.Hostile;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Nbd.Tests.Tls;

/// <summary>A server that agrees to TLS with a key and then says something else, or nothing.</summary>
public sealed class TlsBeginningTests : IDisposable
{
    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AServerThatFallsSilent_IsNotWaitedForLongerThanSaid()
    {
        string message = await RefusalAsync([], isPatient: true, timeoutMs: 300);

        Assert.Contains("did not answer within 300 ms", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatHangsUp_IsToldWithWhatToCheck()
    {
        string message = await RefusalAsync([], isPatient: false, timeoutMs: 60_000);

        Assert.Contains("it hung up", message, StringComparison.Ordinal);
        Assert.Contains("keys.psk", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    [InlineData(80)]
    public async Task AServerThatMakesNoSense_IsRefused(byte type)
    {
        for (int seed = 0; seed < 8; seed++)
        {
            byte[] noise = new byte[300];
            new Random(seed).NextBytes(noise);
            // The beginning of a record, so that what is in it is looked at; the first message in it a hello.
            byte[] head = [type, 3, 3, 1, 0, 2, 0, 0, (byte)(seed * 10), 3, 3];
            head.CopyTo(noise, 0);

            string message = await RefusalAsync(noise, isPatient: true, timeoutMs: 60_000);

            Assert.Contains("TLS fails", message, StringComparison.Ordinal);
        }
    }

    private async Task<string> RefusalAsync(byte[] answer, bool isPatient, int timeoutMs)
    {
        string path = _folder.File("nbd.sock"), keys = _folder.File("keys.psk");
        File.Delete(path);
        File.WriteAllText(keys, "alice:00112233445566778899");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        Task server = Task.Run(() => Serve(listener, answer, isPatient), TestContext.Current.CancellationToken);

        NbdBackendOptions options = new()
        {
            Uri = $"nbds+unix://alice@/?socket={path}&tls-psk-file={keys}",
            RequestTimeoutMs = timeoutMs,
        };
        BackendOpenException refusal = await Assert.ThrowsAsync<BackendOpenException>(
            () => Task.Run(() => NbdBackend.Open(options)).WaitAsync(s_hang));

        await server.WaitAsync(s_hang, TestContext.Current.CancellationToken);
        HostileCase.AssertSentence(refusal.Message);
        Assert.DoesNotContain("0011223344", refusal.ToString(), StringComparison.Ordinal);
        return refusal.Message;
    }

    // As far as the agreement on TLS; then the answer, and with patience nothing until the client goes.
    private static void Serve(Socket listener, byte[] answer, bool isPatient)
    {
        using Socket socket = listener.Accept();
        using NetworkStream stream = new(socket);
        try
        {
            stream.Write([.. "NBDMAGICIHAVEOPT"u8, 0, 3]);
            stream.ReadExactly(new byte[4 + 16]);
            stream.Write([0, 3, 0xe8, 0x89, 4, 0x55, 0x65, 0xa9, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 0]);
            stream.ReadExactly(new byte[1]);
            stream.Write(answer);
            while (isPatient && stream.Read(new byte[4096]) > 0)
            {
            }
        }
        catch (IOException)
        {
            // It went with something unread, or before it had said anything: a busy machine is slow.
        }
    }
}
