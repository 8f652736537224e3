namespace IoMerge.EndToEnd.Tests;

/// <summary>NBD within TLS with a key that both sides have.</summary>
public sealed class NbdPskTests : IDisposable
{
    private const string Mark = "<!-- run by NbdPskTests -->";

    // What the tool writes; it is not everywhere.
    private const string Tool =
        """psktool() { printf '%s:%s\n' "$2" "$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')" > "$4"; }""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MountFact]
    public void AVolume_WithTheKey_HoldsTheSameBytes()
    {
        string keys = MakeKeys("keys.psk");
        using NbdServer server = Serve(keys);
        using MountedVolume volume = MountedVolume.Start(
            server.Uri, "--set", $"Volumes:disk:Backend:TlsPskFile={keys}",
            "--set", "Volumes:disk:Backend:TlsUsername=alice");
        string source = _folder.File("source");
        Shell.Run($"head -c 16M /dev/urandom > '{source}'");

        Shell.Run($"dd if='{source}' of='{volume.Disk}' bs=1M oflag=direct conv=notrunc,fsync status=none");

        Shell.Run($"dd if='{volume.Disk}' bs=64k count=256 iflag=direct status=none | cmp '{source}' -");
        string said = volume.Unmount();
        AssertKeepsSecret(said, keys);
    }

    [MountFact]
    public void AServer_WithAnotherKey_IsRefusedBeforeAnythingIsMounted()
    {
        using NbdServer server = Serve(MakeKeys("theirs.psk"));
        string ours = MakeKeys("ours.psk");
        string point = _folder.Folder("mnt");

        string uri = server.Uri.Replace("://", "://alice@", StringComparison.Ordinal);
        ShellResult result = Iomerge.Run("mount", point, "--volume", $"disk={uri}&tls-psk-file={ours}");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains($"alice is the one in {ours}", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
        Assert.False(Mounts.Has(point));
        AssertKeepsSecret(result.Output, ours);
    }

    [MountFact]
    public void Example_AsItIsWritten_Works()
    {
        string point = _folder.Folder("mnt"), pid = _folder.File("nbdkit.pid");
        string[] commands = [.. File.ReadLines(RepositoryRoot.Combine("docs", "nbd.md"))
            .SkipWhile(line => line != Mark).Skip(2).TakeWhile(line => line != "```")];
        string script = string.Join('\n', commands)
            .Replace("/mnt/nbd", point, StringComparison.Ordinal)
            .Replace("/run/", _folder.Path + "/", StringComparison.Ordinal)
            .Replace("/etc/nbd/", _folder.Path + "/", StringComparison.Ordinal)
            .Replace("nbdkit ", $"nbdkit --pidfile {pid} ", StringComparison.Ordinal)
            .Replace("./iomerge", Iomerge.Path, StringComparison.Ordinal);
        try
        {
            ShellResult result = Shell.Try($"set -e\n{Tool}\n{script}\n{Iomerge.Path} unmount {point}");

            Assert.True(result.ExitCode == 0, result.Output);
            Assert.Equal(3, commands.Length);
            Assert.False(Mounts.Has(point));
        }
        finally
        {
            Mounts.Clear(point);
            Shell.Try($"kill $(cat '{pid}')");
        }
    }

    private static void AssertKeepsSecret(string text, string keys)
    {
        string key = File.ReadAllText(keys).Trim().Split(':')[1];
        Assert.DoesNotContain(key[..12], text, StringComparison.OrdinalIgnoreCase);
    }

    private NbdServer Serve(string keys) =>
        NbdServer.NbdkitWithTls(_folder, "--tls=require", $"--tls-psk={keys}", "memory", "64M");

    private string MakeKeys(string name)
    {
        string file = _folder.File(name);
        Shell.Run($"{Tool}\npsktool -u alice -p '{file}'");
        return file;
    }
}
