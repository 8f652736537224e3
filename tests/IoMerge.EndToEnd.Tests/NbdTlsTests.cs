namespace IoMerge.EndToEnd.Tests;

/// <summary>NBD within TLS: a server that cannot be trusted is not used.</summary>
public sealed class NbdTlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MountFact]
    public void AVolume_OverTlsWithCertificatesOfBothSides_HoldsTheSameBytes()
    {
        string certificates = MakeCertificates("pki");
        using NbdServer server = NbdServer.NbdkitWithTls(_folder, "--tls=require", "--tls-verify-peer",
            $"--tls-certificates={certificates}", "memory", "64M");
        using MountedVolume volume = MountedVolume.Start(
            $"{server.Uri}&tls-certificates={certificates}&tls-hostname=localhost");
        string source = _folder.File("source");
        Shell.Run($"head -c 16M /dev/urandom > '{source}'");

        Shell.Run($"dd if='{source}' of='{volume.Disk}' bs=1M oflag=direct conv=notrunc,fsync status=none");

        Shell.Run($"dd if='{volume.Disk}' bs=64k count=256 iflag=direct status=none | cmp '{source}' -");
        volume.Unmount();
    }

    [MountFact]
    public void AServer_OfAnUnknownAuthority_IsRefused() => AssertRefused(
        MakeCertificates("theirs"), MakeCertificates("ours"), "localhost", "certificate");

    [MountFact]
    public void AServer_WithAnotherName_IsRefused()
    {
        string certificates = MakeCertificates("pki");
        AssertRefused(certificates, certificates, "elsewhere.example", "elsewhere.example");
    }

    [MountFact]
    public void AServer_ThatInsistsOnTls_IsNotSpokenWithInTheClear()
    {
        string certificates = MakeCertificates("pki");
        using NbdServer server = NbdServer.Nbdkit(_folder, "--tls=require",
            $"--tls-certificates={certificates}", "memory", "64M");
        string point = _folder.Folder("mnt");

        ShellResult result = Iomerge.Run("mount", point, "--volume", $"disk={server.Uri}");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("nbds", result.Output, StringComparison.Ordinal);
        Assert.False(Mounts.Has(point));
    }

    private void AssertRefused(string servers, string clients, string hostname, string named)
    {
        using NbdServer server = NbdServer.NbdkitWithTls(_folder, "--tls=require",
            $"--tls-certificates={servers}", "memory", "64M");
        string point = _folder.Folder("mnt");

        ShellResult result = Iomerge.Run("mount", point, "--volume",
            $"disk={server.Uri}&tls-certificates={clients}&tls-hostname={hostname}");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(named, result.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
        Assert.False(Mounts.Has(point));
    }

    private string MakeCertificates(string name)
    {
        string folder = _folder.Folder(name);
        TlsFiles.MakeCertificates(folder);
        return folder;
    }
}
