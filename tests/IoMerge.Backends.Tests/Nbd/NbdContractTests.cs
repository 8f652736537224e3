using IoMerge.Backends.Nbd;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Tests.Nbd;

/// <summary>The contract before real servers: one class per way in which a server can be.</summary>
public abstract class NbdContractTests : BackendContractTests
{
    private NbdServer? _server;

    protected override int StoreSize => (1 << 20) + 65_536;

    private protected abstract NbdServer StartServer();

    protected override ValueTask<IBackend> OpenAsync()
    {
        _server = StartServer();
        return new(NbdBackend.Open(new NbdBackendOptions { Uri = _server.Uri, Export = Export }));
    }

    private protected virtual string Export => "";

    protected override ValueTask CleanUpAsync()
    {
        _server?.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Structured replies, several connections, everything.</summary>
public sealed class NbdkitMemoryContractTests : NbdContractTests
{
    protected override int StoreSize => (1 << 20) + 1000;

    private protected override NbdServer StartServer() => NbdServer.Nbdkit("memory", $"{StoreSize}");
}

/// <summary>Simple replies, and no allocation context with them.</summary>
public sealed class NbdkitSimpleContractTests : NbdContractTests
{
    private protected override NbdServer StartServer() => NbdServer.Nbdkit("--no-sr", "memory", $"{StoreSize}");
}

/// <summary>Whole blocks of 4 KiB and no more than 64 KiB at a time: nothing is asked for as it comes.</summary>
public sealed class NbdkitBlocksContractTests : NbdContractTests
{
    private protected override NbdServer StartServer() => NbdServer.Nbdkit(
        "--filter=blocksize-policy", "memory", $"{StoreSize}", "blocksize-minimum=4096", "blocksize-preferred=4096",
        "blocksize-maximum=65536", "blocksize-error-policy=error");
}

/// <summary>Neither zeros nor FUA: both are made of what there is.</summary>
public sealed class NbdkitPoorContractTests : NbdContractTests
{
    private protected override NbdServer StartServer() => NbdServer.Nbdkit(
        "--filter=nozero", "--filter=fua", "--filter=noextents", "memory", $"{StoreSize}");
}

/// <summary>One connection.</summary>
public sealed class NbdkitSingleContractTests : NbdContractTests
{
    private protected override NbdServer StartServer() => NbdServer.Nbdkit(
        "--filter=multi-conn", "memory", $"{StoreSize}", "multi-conn-mode=disable");
}

/// <summary>Within TLS with certificates: bytes go through a stream that waits, and in records.</summary>
public sealed class NbdkitCertificatesContractTests : NbdContractTests
{
    private protected override NbdServer StartServer() =>
        NbdServer.Nbdkit(TlsProof.Certificates, "memory", $"{StoreSize}");
}

/// <summary>Within TLS with a key, which is another library's.</summary>
public sealed class NbdkitKeyContractTests : NbdContractTests
{
    private protected override NbdServer StartServer() => NbdServer.Nbdkit(TlsProof.Key, "memory", $"{StoreSize}");
}

/// <summary>Within TLS, in whole blocks and simple replies.</summary>
public sealed class NbdkitCertificatesBlocksContractTests : NbdContractTests
{
    private protected override NbdServer StartServer() => NbdServer.Nbdkit(
        TlsProof.Certificates, "--no-sr", "--filter=blocksize-policy", "memory", $"{StoreSize}",
        "blocksize-minimum=4096", "blocksize-preferred=4096", "blocksize-maximum=65536",
        "blocksize-error-policy=error");
}

/// <summary>Another server, on a file.</summary>
public sealed class QemuNbdContractTests : NbdContractTests
{
    private protected override NbdServer StartServer() => NbdServer.Qemu(StoreSize);
}
