using System.Security.Cryptography;
using IoMerge.Backends.Nbd.Tests.Hostile.Server;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Nbd.Tests.Hostile;

/// <summary>
/// The server of the hostile tests is a correct one until a script changes that: other people's clients say so.
/// </summary>
public sealed class ServerSanityTests
{
    [Fact]
    public async Task Nbdinfo_OfTheHonestServer_ReadsWhatIsExported()
    {
        await using NbdTestServer server = new(new MemoryExport(1 << 20) { Minimum = 512 });

        string said = Shell.Run($"nbdinfo '{server.Uri}'");

        Assert.Contains("export-size: 1048576", said, StringComparison.Ordinal);
        Assert.Contains("block_size_minimum: 512", said, StringComparison.Ordinal);
        Assert.Contains("can_multi_conn: true", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nbdcopy_ThereAndBack_GivesTheBytes(bool isStructured)
    {
        using TemporaryFolder folder = new();
        byte[] bytes = RandomNumberGenerator.GetBytes(3 << 20);
        // Holes too.
        bytes.AsSpan(1 << 20, 1 << 20).Clear();
        await File.WriteAllBytesAsync(folder.File("in"), bytes, TestContext.Current.CancellationToken);
        await using NbdTestServer server = new(new MemoryExport(3 << 20) { IsStructured = isStructured });

        Shell.Run($"nbdcopy '{folder.File("in")}' '{server.Uri}' && nbdcopy '{server.Uri}' '{folder.File("out")}'");

        Assert.Equal(bytes, await File.ReadAllBytesAsync(folder.File("out"), TestContext.Current.CancellationToken));
        Assert.Empty(server.Violations);
    }

    [Fact]
    public async Task Nbdinfo_MapOfTheHonestServer_ShowsHolesAndData()
    {
        MemoryExport export = new(1 << 20);
        export.Write(8192, [1]);
        await using NbdTestServer server = new(export);

        string map = Shell.Run($"nbdinfo --map '{server.Uri}'");

        Assert.Matches(@"0\s+8192\s+3", map);
        Assert.Matches(@"8192\s+4096\s+0", map);
        Assert.Matches(@"12288\s+1036288\s+3", map);
    }

    [Fact]
    public async Task QemuIo_OverABadPlace_IsToldOfIt()
    {
        MemoryExport export = new(1 << 20) { Bad = new Extent(65_536, 4096) };
        await using NbdTestServer server = new(export);

        string said = Shell.Run($"qemu-io -f raw -c 'write -P 7 0 64k' -c 'read -P 7 0 64k' '{server.Uri}'");
        ShellResult bad = Shell.Try($"qemu-io -f raw -c 'read 60k 64k' '{server.Uri}'");

        Assert.Contains("read 65536/65536", said, StringComparison.Ordinal);
        Assert.Contains("Input/output error", bad.Output, StringComparison.Ordinal);
        Assert.Empty(server.Violations);
    }
}
