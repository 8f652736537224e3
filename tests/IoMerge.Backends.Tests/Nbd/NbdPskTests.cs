using IoMerge.Backends.Nbd;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Tests.Nbd;

/// <summary>TLS with pre-shared keys before nbdkit and qemu-nbd.</summary>
public sealed class NbdPskTests : IDisposable
{
    private const string Key = "8f1c0d2b4e6a79880011223344556677aabbccddeeff00112233445566778899";
    private const string Other = "7e1c0d2b4e6a79880011223344556677aabbccddeeff00112233445566778899";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Store_WithTheKey_GivesTheBytes()
    {
        using NbdServer server = Nbdkit();
        await using NbdBackend store = NbdBackend.Open(Options(server));
        await AssertKeepsBytesAsync(store);
    }

    [Fact]
    public async Task Store_OverSeveralConnections_GivesTheBytes()
    {
        using NbdServer server = Nbdkit();
        await using NbdBackend store = NbdBackend.Open(Options(server) with { Connections = 4 });
        Until.True(() => store.Statistics.Connections == 4, () => $"There are {store.Statistics.Connections}.");
        const int Piece = 200_000;
        byte[][] pieces = [.. Enumerable.Range(0, 48).Select(i => Stores.Pattern(Piece, i))];
        await Task.WhenAll(pieces.Select((data, i) => store.WriteAsync(i * (long)Piece, data)));
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));

        // Reads and writes at the same time: both ways of every connection are busy.
        await Task.WhenAll(pieces.Select(async (data, i) =>
        {
            Assert.Equal(data, await store.ReadAsync(i * (long)Piece, Piece));
            await store.WriteAsync(i * (long)Piece, pieces[^(i + 1)]);
        }));
        for (int i = 0; i < pieces.Length; i++)
            Assert.Equal(pieces[^(i + 1)], await store.ReadAsync(i * (long)Piece, Piece));
    }

    [Theory]
    [InlineData("NORMAL")]
    [InlineData("NORMAL:-VERS-ALL:+VERS-TLS1.2")]
    [InlineData("NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM")]
    [InlineData("NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-256-GCM")]
    public async Task Store_OfQemu_GivesTheBytes(string priority)
    {
        using NbdServer server = Qemu(priority);
        await using NbdBackend store = NbdBackend.Open(Options(server));
        await AssertKeepsBytesAsync(store);
    }

    [Fact]
    public async Task Connection_ThatIsLost_IsMadeAnewWithTheKeyThatWasRead()
    {
        using NbdServer server = Nbdkit();
        string copy = _folder.File("copy.psk");
        File.Copy(_folder.File("keys.psk"), copy);
        await using NbdBackend store = NbdBackend.Open(Options(server) with { TlsPskFile = copy });
        File.Delete(copy);

        server.Kill();
        server.Start();

        await AssertKeepsBytesAsync(store);
        Assert.True(store.Statistics.Reconnects > 0);
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("nobody")]
    public void Open_WithAKeyThatTheServerDoesNotHave_NamesUserAndFile(string user)
    {
        using NbdServer server = Nbdkit();
        string file = WriteKeys("other.psk", user, Other);
        AssertRefused(Options(server) with { TlsPskFile = file, TlsUsername = user }, user, file);
    }

    [Fact]
    public void Open_OfAServerOfTls12WithAnotherKey_NamesUserAndFile()
    {
        using NbdServer server = Qemu("NORMAL:-VERS-ALL:+VERS-TLS1.2");
        string file = WriteKeys("other.psk", "alice", Other);
        AssertRefused(Options(server) with { TlsPskFile = file }, "alice", file);
    }

    [Fact]
    public void Open_OfAServerWithCertificates_IsRefused()
    {
        TlsFiles.MakeCertificates(_folder.Path);
        using NbdServer server = NbdServer.NbdkitWithTls(
            _folder, "--tls=require", $"--tls-certificates={_folder.Path}", "memory", "1M");
        AssertRefused(Options(server) with { TlsPskFile = WriteKeys("keys.psk", "alice", Key) }, "without the key");
    }

    [Fact]
    public void Open_OfAServerWithoutTls_IsRefused()
    {
        using NbdServer server = NbdServer.NbdkitWithTls(_folder, "memory", "1M");
        AssertRefused(Options(server) with { TlsPskFile = WriteKeys("keys.psk", "alice", Key) }, "does not speak TLS");
    }

    [Fact]
    public void Open_WithoutTls_NamesTheWayOut()
    {
        using NbdServer server = Nbdkit();
        AssertRefused(new NbdBackendOptions { Uri = server.Uri.Replace("nbds", "nbd", StringComparison.Ordinal) },
            "nbds instead of nbd");
    }

    private static async Task AssertKeepsBytesAsync(NbdBackend store)
    {
        byte[] data = Stores.Pattern(700_000, 1);
        await store.WriteAsync(4097, data);
        Assert.Equal(data, await store.ReadAsync(4097, data.Length));
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));
    }

    private static void AssertRefused(NbdBackendOptions options, params string[] words)
    {
        BackendOpenException e = Assert.Throws<BackendOpenException>(() => NbdBackend.Open(options));
        Assert.All(words, word => Assert.Contains(word, e.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(e.Message, char.IsControl);
        Assert.DoesNotContain(Key[2..10], e.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private NbdBackendOptions Options(NbdServer server) => new()
    {
        Uri = server.Uri.Replace("nbds+unix://", "nbds+unix://alice@", StringComparison.Ordinal),
        TlsPskFile = _folder.File("keys.psk"),
    };

    private NbdServer Nbdkit() => NbdServer.NbdkitWithTls(
        _folder, "--tls=require", $"--tls-psk={WriteKeys("keys.psk", "alice", Key)}", "memory", "16M");

    private NbdServer Qemu(string priority)
    {
        WriteKeys("keys.psk", "alice", Key);
        string image = _folder.File("image");
        using (FileStream file = File.Create(image))
            file.SetLength(1 << 20);
        return NbdServer.QemuWithTls(_folder, "--object",
            $"tls-creds-psk,id=tls0,endpoint=server,dir={_folder.Path},priority={priority}",
            "--tls-creds", "tls0", "--format=raw", image);
    }

    private string WriteKeys(string name, string user, string key)
    {
        string file = _folder.File(name);
        File.WriteAllText(file, $"somebody:{Other}\n{user}:{key}\n");
        return file;
    }
}
