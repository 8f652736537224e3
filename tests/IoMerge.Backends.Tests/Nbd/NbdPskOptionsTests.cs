using IoMerge.Backends.Nbd;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Tests.Nbd;

/// <summary>How pre-shared keys are asked for: in the URI, in options, in the file. No server.</summary>
public sealed class NbdPskOptionsTests
{
    private const string Key = "00ff8899aabbccddeeff1122334455667788";

    [Theory]
    [InlineData("nbds://alice@h/e?tls-psk-file=/k.psk", "h", 10809, "alice", "/k.psk")]
    [InlineData("nbds://al%40i%3Ace@[::1]:1/e?tls-psk-file=k&tls-type=psk", "::1", 1, "al@i:ce", "k")]
    [InlineData("nbds://h/e?tls-psk-file=/a%26b", "h", 10809, "", "/a&b")]
    [InlineData("nbds+unix://alice@/e?socket=/s&tls-psk-file=/k", "", 10809, "alice", "/k")]
    [InlineData("nbds+unix://%C3%A4@/e?tls-type=psk&tls-psk-file=/k&socket=/s", "", 10809, "ä", "/k")]
    public void Uri_WithAKeyFile_HasItAndTheUser(string text, string host, int port, string user, string file)
    {
        Assert.Null(NbdUri.TryParse(text, out NbdAddress address));
        Assert.Equal((host, port, "e"), (address.Host, address.Port, address.Export));
        Assert.Equal((TlsWay.PreSharedKey, user, file), (address.TlsWay, address.TlsUsername, address.TlsPskFile));
        Assert.Empty(new NbdBackendOptions { Uri = text }.Validate());
    }

    [Theory]
    [InlineData("nbds://me:secret@h/x?tls-psk-file=/k", "without a password")]
    [InlineData("nbds://me:@h/x?tls-psk-file=/k", "without a password")]
    [InlineData("nbds+unix://me:secret@/x?socket=/s&tls-psk-file=/k", "without a password")]
    [InlineData("nbds://@h/x?tls-psk-file=/k", "user name is")]
    [InlineData("nbds://a%00b@h/x?tls-psk-file=/k", "user name is")]
    [InlineData("nbds://%ff@h/x?tls-psk-file=/k", "user name is")]
    [InlineData("nbds+unix://me@h/x?socket=/s&tls-psk-file=/k", "without a host")]
    [InlineData("nbd+unix://me@/x?socket=/s", "without a user name")]
    [InlineData("nbd://h/x?tls-psk-file=/k", "begins with nbds")]
    [InlineData("nbds://h/x?tls-psk-file=/k%00", "tls-psk-file is a path")]
    [InlineData("nbds://h/x?tls-psk-file=/k&tls-type=x509", "tls-type=x509, which is for certificates")]
    [InlineData("nbds://h/x?tls-psk-file=/k&tls-certificates=/c", "tls-certificates, which is for certificates")]
    [InlineData("nbds://h/x?tls-hostname=a&tls-psk-file=/k", "tls-hostname, which is for certificates")]
    [InlineData("nbds://h/x?tls-verify-peer=1&tls-type=psk", "tls-verify-peer, which is for certificates")]
    public void Uri_ThatContradictsItself_IsRefusedWithItsRule(string text, string rule)
    {
        Assert.Contains(rule, NbdUri.TryParse(text, out _), StringComparison.Ordinal);
        OptionFault fault = Assert.Single(new NbdBackendOptions { Uri = text }.Validate());
        Assert.DoesNotContain("secret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void UserName_LongerThanServersTake_IsRefused()
    {
        Assert.Null(NbdUri.TryParse($"nbds://{new string('a', 128)}@h?tls-psk-file=/k", out _));
        Assert.NotNull(NbdUri.TryParse($"nbds://{new string('a', 129)}@h?tls-psk-file=/k", out _));
    }

    [Theory]
    [InlineData("nbds://me@h/x", "Uri")]
    [InlineData("nbds://me@h/x?tls-certificates=/c", "Uri")]
    [InlineData("nbds://h/x?tls-type=psk", "TlsPskFile")]
    public void Uri_WithoutTheFileThatItNeeds_IsRefused(string uri, string key)
    {
        NbdBackendOptions options = new() { Uri = uri };
        Assert.Equal(key, Assert.Single(options.Validate()).Key);
    }

    [Fact]
    public void Options_SayWhatTheUriDoesNot()
    {
        NbdBackendOptions options = new() { Uri = "nbds+unix://al@/?socket=/s", TlsPskFile = "/k" };
        Assert.Empty(options.Validate());
        Assert.Equal(("/k", "al"), (options.ToAddress().TlsPskFile, options.ToAddress().TlsUsername));

        options = new NbdBackendOptions { Uri = "nbds://al@h?tls-psk-file=/x", TlsPskFile = "/k", TlsUsername = "bo" };
        Assert.Empty(options.Validate());
        Assert.Equal(("/k", "bo"), (options.ToAddress().TlsPskFile, options.ToAddress().TlsUsername));

        options = new NbdBackendOptions { Uri = "nbds://h?tls-psk-file=/k" };
        Assert.Equal(Environment.UserName, options.ToAddress().TlsUsername);
    }

    [Fact]
    public void Options_ThatContradictKeys_AreAllRefused()
    {
        NbdBackendOptions options = new()
        {
            Uri = "nbds://h?tls-type=x509", TlsPskFile = "/k", TlsUsername = "a\nb", TlsCertificates = "/c",
            TlsHostname = "a", TlsVerifyPeer = false,
        };
        Assert.Equal(["TlsPskFile", "TlsUsername", "TlsCertificates", "TlsHostname", "TlsVerifyPeer"],
            options.Validate().Select(fault => fault.Key));
        options = options with { Uri = "nbds://h", TlsPskFile = "", TlsUsername = "a" };
        Assert.Equal("TlsUsername", Assert.Single(options.Validate()).Key);
        options = new NbdBackendOptions { Uri = "nbd://h", TlsPskFile = "/k", TlsUsername = "a" };
        Assert.Equal(["TlsPskFile", "TlsUsername"], options.Validate().Select(fault => fault.Key));
        options = new NbdBackendOptions { Uri = "nbds://h", TlsPskFile = "/k\0" };
        Assert.Equal("TlsPskFile", Assert.Single(options.Validate()).Key);
    }

    [Theory]
    [InlineData("alice:00ff\n", "alice")]
    [InlineData("bob:1234\nalice:00FF\r\ncarol:5678", "alice")]
    [InlineData("alice:00ff\nalice:1234\n", "alice")]
    [InlineData("\nno line\na:b:00ff\n", "a:b")]
    public void KeyFile_WithTheUser_GivesTheKey(string text, string user)
    {
        using TemporaryFolder folder = new();
        string file = Write(folder, text);
        Assert.Equal([0x00, 0xff], PskFile.ReadKey(file, user));
    }

    [Theory]
    [InlineData("bob:" + Key, "no key for alice")]
    [InlineData("alicetoo:" + Key, "no key for alice")]
    [InlineData("", "no key for alice")]
    [InlineData("alice:" + Key + "f", "no hexadecimal")]
    [InlineData("alice:" + Key + "xy", "no hexadecimal")]
    [InlineData("alice:", "no hexadecimal")]
    public void KeyFile_WithoutAUsableKey_IsNamedWithTheWayOut(string text, string words)
    {
        using TemporaryFolder folder = new();
        AssertRefused(Write(folder, text), words);
    }

    [Fact]
    public void KeyFile_ThatCannotBeRead_IsNamedWithTheWayOut()
    {
        using TemporaryFolder folder = new();
        AssertRefused(folder.File("missing"), "cannot be read");
        AssertRefused(folder.Path, "cannot be read");
    }

    private static void AssertRefused(string file, string words)
    {
        BackendOpenException e = Assert.Throws<BackendOpenException>(() => PskFile.ReadKey(file, "alice"));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.Contains($"psktool -u alice -p {file}", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key[..8], e.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private static string Write(TemporaryFolder folder, string text)
    {
        string file = folder.File("keys.psk");
        File.WriteAllText(file, text);
        return file;
    }
}
