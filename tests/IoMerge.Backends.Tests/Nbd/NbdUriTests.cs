using IoMerge.Backends.Nbd;

namespace IoMerge.Backends.Tests.Nbd;

public sealed class NbdUriTests
{
    [Theory]
    [InlineData("nbd://example.com/disk", "example.com", 10809, "disk")]
    [InlineData("nbd://example.com", "example.com", 10809, "")]
    [InlineData("nbd://example.com/", "example.com", 10809, "")]
    [InlineData("NBD://example.com//disk", "example.com", 10809, "/disk")]
    [InlineData("nbd://example.com:1/a/b", "example.com", 1, "a/b")]
    [InlineData("nbd://[::1]:65535/hello%20world", "::1", 65535, "hello world")]
    [InlineData("nbd://[fe80::1]", "fe80::1", 10809, "")]
    [InlineData("nbd://127.0.0.1:10810/%C3%A4%23%3F", "127.0.0.1", 10810, "ä#?")]
    [InlineData("nbd://h/e?", "h", 10809, "e")]
    public void TcpUri_ThatIsOne_HasHostPortAndExport(string text, string host, int port, string export)
    {
        Assert.Null(NbdUri.TryParse(text, out NbdAddress address));
        Assert.Equal((host, port, export), (address.Host, address.Port, address.Export));
        Assert.False(address.IsTls);
        Assert.Equal("", address.Socket);
    }

    [Theory]
    [InlineData("nbd+unix:///?socket=/run/x.sock", "/run/x.sock", "", false)]
    [InlineData("nbd+unix:///disk?socket=nbd.sock", "nbd.sock", "disk", false)]
    [InlineData("nbd+unix://?socket=%2Frun%2Fa%26b", "/run/a&b", "", false)]
    [InlineData("nbds+unix:///e?tls-verify-peer=0&socket=/s", "/s", "e", true)]
    [InlineData("nbd+unix:///?socket=%00/abstract", "\0/abstract", "", false)]
    public void UnixUri_ThatIsOne_HasSocketAndExport(string text, string socket, string export, bool isTls)
    {
        Assert.Null(NbdUri.TryParse(text, out NbdAddress address));
        Assert.Equal((socket, export, isTls), (address.Socket, address.Export, address.IsTls));
    }

    [Fact]
    public void TlsUri_WithParameters_HasThem()
    {
        const string Text = "nbds://h/e?tls-certificates=/etc/pki&tls-hostname=other.example&tls-verify-peer=0"
            + "&tls-type=x509";
        Assert.Null(NbdUri.TryParse(Text, out NbdAddress address));
        Assert.True(address.IsTls);
        Assert.Equal(("/etc/pki", "other.example", false),
            (address.TlsCertificates, address.TlsHostname, address.TlsVerifyPeer));
    }

    [Theory]
    [InlineData("", "begins with")]
    [InlineData("nbd:host", "begins with")]
    [InlineData("nbd:unix:/run/x", "begins with")]
    [InlineData("http://host/x", "begins with")]
    [InlineData("nbd+vsock://2/x", "begins with")]
    [InlineData("nbd:///export", "a host")]
    [InlineData("nbd://::1/x", "a host")]
    [InlineData("nbd://[::1/x", "a host")]
    [InlineData("nbd://[host]/x", "a host")]
    [InlineData("nbd://ho st/x", "a host")]
    [InlineData("nbd://h:0/x", "port")]
    [InlineData("nbd://h:65536/x", "port")]
    [InlineData("nbd://h:ab/x", "port")]
    [InlineData("nbd://h/x#y", "fragment")]
    [InlineData("nbd://h/%zz", "export name")]
    [InlineData("nbd://h/%4", "export name")]
    [InlineData("nbd://h/%00", "export name")]
    [InlineData("nbd://h/%ff", "export name")]
    [InlineData("nbd://me@h/x", "user name")]
    [InlineData("nbd://h/x?socket=/s", "without socket")]
    [InlineData("nbd://h/x?tls-hostname=a", "begins with nbds")]
    [InlineData("nbds://h/x?tls-type=anon", "anonymous")]
    [InlineData("nbds://h/x?tls-verify-peer=no", "0 or 1")]
    [InlineData("nbds://h/x?tls-hostname=a&tls-hostname=b", "once")]
    [InlineData("nbds://h/x?tls-hostname=", "value")]
    [InlineData("nbd://h/x?what=1", "without what")]
    [InlineData("nbd+unix:///x", "names the socket")]
    [InlineData("nbd+unix://h/x?socket=/s", "without a host")]
    [InlineData("nbd+unix:///x?socket=/a%00b", "socket is a path")]
    public void Uri_ThatIsNone_IsRefusedWithItsRule(string text, string rule) =>
        Assert.Contains(rule, NbdUri.TryParse(text, out _), StringComparison.Ordinal);

    [Fact]
    public void Socket_LongerThanTheKernelTakes_IsRefused()
    {
        Assert.Null(NbdUri.TryParse("nbd+unix:///?socket=/" + new string('s', 106), out _));
        Assert.NotNull(NbdUri.TryParse("nbd+unix:///?socket=/" + new string('s', 107), out _));
    }

    [Fact]
    public void Options_WithAPasswordInTheUri_AreRefusedWithoutRepeatingIt()
    {
        NbdBackendOptions options = new() { Uri = "nbds://me:secret@h/x" };
        OptionFault fault = Assert.Single(options.Validate());
        Assert.DoesNotContain("secret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_ThatContradictEachOther_AreAllRefused()
    {
        NbdBackendOptions options = new()
        {
            Uri = "nbd://h/one", Export = "two", Connections = 0, ReconnectTimeoutMs = -1, RequestTimeoutMs = 99,
            FailErrno = (NbdFailErrno)1, TlsCertificates = "/x", TlsHostname = "a", TlsVerifyPeer = false,
        };
        Assert.Equal(
            ["Export", "Connections", "ReconnectTimeoutMs", "RequestTimeoutMs", "FailErrno", "TlsCertificates",
                "TlsHostname", "TlsVerifyPeer"],
            options.Validate().Select(fault => fault.Key));
        Assert.Empty(new NbdBackendOptions { Uri = "nbd://h", Export = "two" }.Validate());
    }

    [Fact]
    public void TlsOverASocket_WithoutAName_IsRefused()
    {
        NbdBackendOptions options = new() { Uri = "nbds+unix:///?socket=/s" };
        Assert.Equal("TlsHostname", Assert.Single(options.Validate()).Key);
        Assert.Empty((options with { TlsHostname = "server" }).Validate());
    }
}
