using IoMerge.Backends.Nbd.Tests.Hostile.Server;
using IoMerge.Testing;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Nbd.Tests.Commands;

/// <summary>
/// Zeros over a large range: as few commands as the server likes where it says that they are cheap, and pieces that it
/// is done with in time where they are not, or where nobody knows.
/// </summary>
public sealed class LargeZeroTests
{
    private const int Size = 48 << 20;
    private const uint LargestPiece = 4 << 20;
    private const ushort FastZero = 16;
    private const ushort NoHole = 2;

    // Neither end is one of a block.
    private const long Start = (1 << 20) + 100;
    private const long Length = (44 << 20) + 1000;

    [Fact]
    public async Task ALargeZero_WhereZerosAreFast_IsOneCommand()
    {
        MemoryExport export = new(Size) { Minimum = 512 };

        IReadOnlyList<ClientRequest> sent = await ZeroAsync(export, Start, Length);

        ClientRequest request = Assert.Single(sent);
        Assert.Equal(FastZero | NoHole, request.Flags);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ALargeZero_WhereZerosAreSlow_GoesInPieces(bool isStructured)
    {
        MemoryExport export = new(Size) { Minimum = 512, IsZeroSlow = true, IsStructured = isStructured };

        IReadOnlyList<ClientRequest> sent = await ZeroAsync(export, Start, Length);

        Assert.Equal(FastZero | NoHole, sent[0].Flags);
        AssertPieces(sent.Skip(1));
    }

    [Fact]
    public async Task ALargeZero_WhereNobodyKnows_GoesInPieces()
    {
        MemoryExport export = new(Size)
        {
            Minimum = 512,
            Flags = unchecked((ushort)(MemoryExport.AllFlags & ~Wire.SendFastZero)),
        };

        AssertPieces(await ZeroAsync(export, Start, Length));
    }

    [Fact]
    public async Task AZeroOfOnePiece_IsNotAskedForTwice()
    {
        MemoryExport export = new(Size) { IsZeroSlow = true };

        ClientRequest request = Assert.Single(await ZeroAsync(export, 4096, LargestPiece));

        Assert.Equal(NoHole, request.Flags);
    }

    [Theory]
    [InlineData("plugin", "default", 1, 0)]
    [InlineData("plugin", "slow", 1, 10)]
    [InlineData("plugin", "none", 0, 10)]
    public async Task Nbdkit_OfEachKind_IsAskedForWhatItCanDo(string mode, string fastMode, int fast, int pieces)
    {
        using TemporaryFolder folder = new();
        using NbdServer server = NbdServer.Nbdkit(folder, "--filter=log", "--filter=nozero", "memory", $"{Size}",
            $"zeromode={mode}", $"fastzeromode={fastMode}", $"logfile={folder.File("log")}");
        await using (NbdBackend store = NbdBackend.Open(new NbdBackendOptions { Uri = server.Uri }))
        {
            using IoProbe write = await IoProbe.Write(0, [.. Enumerable.Repeat((byte)7, 8192)]).RunAsync(store);
            using IoProbe zero = await IoProbe.Of(IoKind.Zero, 4096, 40 << 20).RunAsync(store);
            using IoProbe read = await IoProbe.Read(4095, 4097).RunAsync(store);

            Assert.All([write, zero, read], probe => Assert.Equal(Errno.None, probe.Error));
            Assert.Equal([7, .. new byte[4096]], read.Data);
        }
        server.End();
        string[] zeros = [.. (await File.ReadAllLinesAsync(folder.File("log"), TestContext.Current.CancellationToken))
            .Where(line => line.Contains(" Zero id", StringComparison.Ordinal))];
        Assert.Equal(fast, zeros.Count(line => line.Contains("fast=1", StringComparison.Ordinal)));
        Assert.Equal(pieces, zeros.Count(line => line.Contains("fast=0", StringComparison.Ordinal)));
    }

    /// <summary>Carries a zero out on an export full of something else, and says by which requests.</summary>
    private static async Task<IReadOnlyList<ClientRequest>> ZeroAsync(MemoryExport export, long start, long length)
    {
        byte[] expected = new byte[Size];
        new Random(1).NextBytes(expected);
        export.Write(0, expected);
        await using NbdTestServer server = new(export);
        await using NbdBackend store = NbdBackend.Open(
            new NbdBackendOptions { Uri = server.Uri, RequestTimeoutMs = 30_000 });

        using IoProbe zero = await IoProbe.Of(IoKind.Zero, start, length).RunAsync(store);

        Assert.Equal((Errno.None, 1), (zero.Error, zero.Completions));
        expected.AsSpan((int)start, (int)length).Clear();
        Assert.True(expected.AsSpan().SequenceEqual(export.Read(0, Size)), "Not exactly the range is zero.");
        Assert.Empty(server.Violations);
        return server.RequestsOf(Command.WriteZeroes);
    }

    private static void AssertPieces(IEnumerable<ClientRequest> pieces)
    {
        Assert.All(pieces, piece => Assert.Equal(NoHole, piece.Flags));
        Assert.All(pieces, piece => Assert.InRange(piece.Length, 1u, LargestPiece));
        Assert.InRange(pieces.Count(), (int)(Length / LargestPiece), (int)(Length / LargestPiece) + 2);
    }
}
