namespace IoMerge.EndToEnd.Tests;

/// <summary>Keys stay in their files: whatever the program writes, logs or shows of itself, they are not in it.
/// </summary>
public sealed class SecretsTests : IDisposable
{
    private const string Password = "correct-horse-battery";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MountFact]
    public void TheKeyOfAnNbdVolume_IsShownNowhere_AlsoWhenTheServerComesBackWithAnother()
    {
        string keys = _folder.File("keys.psk"), key = TlsFiles.MakeKeys(keys);
        string theirs = _folder.File("theirs.psk");
        File.Copy(keys, theirs);
        using NbdServer server = NbdServer.NbdkitWithTls(
            _folder, "--tls=require", $"--tls-psk={theirs}", "memory", "64M");
        string spec = server.Uri.Replace("://", $"://{TlsFiles.User}@", StringComparison.Ordinal)
            + $"&tls-psk-file={keys}";

        AssertShownNowhere(key, spec, volume =>
        {
            server.Kill();
            TlsFiles.MakeKeys(theirs);
            server.Start();
            Until.True(() => volume.Process.Output.Contains("TLS fails", StringComparison.Ordinal),
                () => $"The other key was not noticed:\n{volume.Process.Output}");
            server.Kill();
            File.Copy(keys, theirs, overwrite: true);
            server.Start();
            Until.True(() => volume.Process.Output.Contains("connected again", StringComparison.Ordinal),
                () => $"The right key was not noticed:\n{volume.Process.Output}");
        });
    }

    [MountFact]
    public void TheKeyOfAnRbdVolume_IsShownNowhere()
    {
        CephCluster cluster = CephCluster.Shared;
        using CephImage image = cluster.CreateImage(16 << 20);
        string keyring = _folder.File("keyring");
        cluster.Run($"ceph auth get-or-create client.secretive mon 'profile rbd' osd 'profile rbd' -o '{keyring}'");
        string key = File.ReadLines(keyring).First(line => line.Contains("key =", StringComparison.Ordinal))
            .Split(" = ")[1].Trim();

        AssertShownNowhere(key, $"{image.Spec},id=secretive,keyring={keyring}", _ => { });
    }

    [Theory]
    [InlineData("nbds://alice:correct-horse-battery@localhost/disk?tls-psk-file=/keys")]
    [InlineData("nbds+unix://alice:correct-horse-battery@/?socket=/nowhere&tls-psk-file=/keys")]
    [InlineData("nbd://alice:correct-horse-battery@localhost/disk")]
    [InlineData("nbds://al%zz:correct-horse-battery@localhost/disk")]
    [InlineData("nbds://alice:correct-horse-battery@localhost:99999/disk")]
    [InlineData("rbd:rbd/disk,key=correct-horse-battery")]
    [InlineData("rbd:rbd/disk,Key=correct-horse-battery")]
    [InlineData("nbds://alice:correct-horse-battery@localhost/disk,bogus")]
    [InlineData("memory:1M --set Volumes:disk:Backend:Password=correct-horse-battery")]
    [InlineData("nbds://alice@h/x?tls-psk-file=/k --set Volumes:disk:Backend:TlsPskKey=correct-horse-battery")]
    public void APassword_WhereNoneBelongs_IsRefusedAndNotRepeated(string spec)
    {
        string point = _folder.Folder("mnt");

        foreach (string[] command in new string[][] { ["check"], ["mount", point] })
        {
            ShellResult result = Iomerge.Run([.. command, "--volume", .. $"disk={spec}".Split(' '), .. Loudly]);

            Assert.Equal(ExitCodes.Usage, result.ExitCode);
            Assert.DoesNotContain(Password, result.Output, StringComparison.OrdinalIgnoreCase);
        }
        Assert.False(Mounts.Has(point));
    }

    [MountFact]
    public void AKeyThatWasTakenForAPartOfTheImagesName_IsNotRepeated()
    {
        using CephImage image = CephCluster.Shared.CreateImage(16 << 20);
        string[] parts = image.Spec.Split(',', 2);
        string spec = $"{parts[0]}:id=admin:key={Password},{parts[1]}";

        ShellResult result = Iomerge.Run(["mount", _folder.Folder("mnt"), "--volume", $"disk={spec}", .. Loudly]);

        Assert.Equal(ExitCodes.Runtime, result.ExitCode);
        Assert.Contains(":id=admin:key=***", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, result.Output, StringComparison.OrdinalIgnoreCase);
    }

    private static string[] Loudly => ["--set", "Logging:LogLevel:Default=Trace"];

    private void AssertShownNowhere(string key, string spec, Action<MountedVolume> trouble)
    {
        string summary = _folder.File("summary");
        string[] arguments = [.. Loudly, "--set", $"Mount:Summary={summary}"];
        using MountedVolume volume = MountedVolume.Start(spec, arguments);
        Shell.Run($"dd if=/dev/zero of='{volume.Disk}' bs=64k count=64 oflag=direct conv=notrunc,fsync status=none");
        trouble(volume);
        Shell.Run($"dd if='{volume.Disk}' of=/dev/null bs=64k count=64 iflag=direct status=none");
        volume.Process.Signal(MountedVolume.SigUsr1);
        Until.True(() => File.Exists(summary), () => "There is no summary.");
        string shown = File.ReadAllText(summary) + File.ReadAllText($"/proc/{volume.Process.Id}/cmdline")
            + File.ReadAllText($"/proc/{volume.Process.Id}/environ")
            + File.ReadAllText("/proc/self/mountinfo")
            + Iomerge.Run(["check", "--volume", $"disk={spec}", .. arguments]).Output;
        Shell.Run($"umount '{volume.MountPoint}'");
        volume.Process.WaitForExit();
        shown += volume.Process.Output + File.ReadAllText(summary);

        // It was said what there was to say.
        Assert.Contains("The configuration is valid.", shown, StringComparison.Ordinal);
        Assert.Contains("serving ", volume.Process.Output, StringComparison.Ordinal);
        Assert.Contains("requests in", volume.Process.Output, StringComparison.Ordinal);
        Assert.InRange(key.Length, 30, 100);
        Assert.DoesNotContain(key[2..14], shown, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(key[^14..^3], shown, StringComparison.OrdinalIgnoreCase);
    }
}
