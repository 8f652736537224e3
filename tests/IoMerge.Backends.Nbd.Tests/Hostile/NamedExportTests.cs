using IoMerge.Backends.Nbd.Tests.Hostile.Server;
using IoMerge.Testing;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Nbd.Tests.Hostile;

/// <summary>Servers of which an export is chosen the old way, by a name and an answer without any frame.</summary>
public sealed class NamedExportTests
{
    private static readonly Dictionary<string, byte[]> s_lies = new()
    {
        ["the most bytes there are"] = Facts(ulong.MaxValue, Wire.HasFlags),
        ["2^63 bytes"] = Facts(1UL << 63, Wire.HasFlags),
        ["2^63 - 1 bytes"] = Facts(long.MaxValue, Wire.HasFlags),
        ["no flags"] = Facts(4096, 0),
        ["an answer in a frame"] =
            [.. Messages.Option(MessageKind.Refusal, Wire.OptionExportName, Wire.ReplyAck).Bytes, .. new byte[200]],
        ["a refusal in a frame"] = [.. Messages.Refusal(
            Wire.OptionExportName, Wire.ErrorUnknown, "There is no such export, and there never was.").Bytes,
            .. new byte[200]],
    };

    public static TheoryData<string> Lies => [.. s_lies.Keys];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnExport_ChosenByItsName_IsServedFrom(bool isPadded)
    {
        MemoryExport export = Export(isPadded);
        export.Write(5000, [1, 2, 3]);
        await using NbdTestServer server = new(export);
        await using NbdBackend? store = await HostileCase.OpenAsync(server, requestTimeoutMs: 10_000);
        Assert.NotNull(store);

        using IoProbe read = await IoProbe.Read(5000, 3).RunAsync(store);

        Assert.Equal(1 << 20, store.Size);
        Assert.Equal([1, 2, 3], read.Data);
        Assert.Empty(server.Violations);
        Assert.Contains("export-size: 1048576", Shell.Run($"nbdinfo '{server.Uri}'"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task AnAnswer_ThatCannotBe_IsRefused(string what)
    {
        await using NbdTestServer server = new(Export(isPadded: true)) { Script = Instead(new Delivery(s_lies[what])) };

        await HostileCase.RefusalAsync(server.Uri);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(133)]
    public async Task AnAnswer_ThatEndsEarly_IsToldAsThat(int length)
    {
        byte[] answer = Messages.NamedExport(1 << 20, MemoryExport.AllFlags, isPadded: true).Bytes[..length];
        await using NbdTestServer closes = new(Export(isPadded: true))
        {
            Script = Instead(new Delivery(answer, Ending.Close)),
        };
        await using NbdTestServer stalls = new(Export(isPadded: true))
        {
            Script = Instead(new Delivery(answer, Ending.Stall)),
        };

        Assert.Contains("hung up", await HostileCase.RefusalAsync(closes.Uri), StringComparison.Ordinal);
        // The zeros are due unless both sides have waived them; without them, what follows would be cut short.
        Assert.Contains("did not answer within 300 ms",
            await HostileCase.RefusalAsync(stalls.Uri, timeoutMs: 300), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANameThatIsNotThere_IsToldAsWhatTheServerDoes()
    {
        MemoryExport export = Export(isPadded: false);
        export.Exists = false;
        await using NbdTestServer server = new(export);

        Assert.Contains("hung up", await HostileCase.RefusalAsync(server.Uri), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zeros_ThatWereWaived_CostTheConnectionOnly()
    {
        MemoryExport export = Export(isPadded: false);
        export.Write(0, [1, 2, 3]);
        Fault padded = new("zeros", MessageKind.NamedExport,
            message => new Delivery([.. message.Bytes, .. new byte[124]]));
        await using NbdTestServer server = new(export) { Script = new FaultScript(padded) };
        await using NbdBackend? store = await HostileCase.OpenAsync(server, requestTimeoutMs: 10_000);
        Assert.NotNull(store);

        using IoProbe read = await IoProbe.Read(0, 3).RunAsync(store);

        Assert.Equal((Errno.None, 3), (read.Error, read.Result));
        Assert.Equal([1, 2, 3], read.Data);
        Assert.InRange(server.Accepted, 2, int.MaxValue);
    }

    private static MemoryExport Export(bool isPadded) =>
        new(1 << 20) { IsOldStyle = true, PadsWithZeroes = isPadded };

    private static FaultScript Instead(Delivery delivery) =>
        new(new Fault("another answer", MessageKind.NamedExport, _ => delivery), repeats: true);

    private static byte[] Facts(ulong size, ushort flags) => Messages.NamedExport(size, flags, isPadded: true).Bytes;
}
