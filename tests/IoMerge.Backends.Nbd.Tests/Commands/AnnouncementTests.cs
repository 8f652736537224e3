using System.Text.RegularExpressions;
using IoMerge.Backends.Nbd.Tests.Hostile.Server;
using IoMerge.Testing;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Nbd.Tests.Commands;

/// <summary>A server is told what will be read where that was asked for and it takes the command; never else.</summary>
public sealed class AnnouncementTests
{
    private const int Size = 8 << 20;
    private const int Block = 4096;
    private const long Window = 1 << 20;

    [Fact]
    public async Task ReadsInARow_AreAnnouncedInWholeBlocks_AndNoOtherReadsAre()
    {
        MemoryExport export = new(Size) { Minimum = 512 };
        await using NbdTestServer server = new(export);
        await using NbdBackend store = Open(server.Uri, Window);

        await ReadAsync(store, 0, 2, 4, 6, 8, 10, 12);
        Assert.Equal(0, server.CountOf(Command.Cache));
        await ReadAsync(store, [.. Enumerable.Range(100, 256)]);
        // A round trip on the same connection: what was sent before it has been received.
        await ReadAsync(store, 0);

        // One window from the third read on, and half of one when half of that is read.
        Assert.Equal(2, server.CountOf(Command.Cache));
        Assert.Equal(103UL * Block, server.RequestsOf(Command.Cache)[0].Offset);
        Assert.Empty(server.Violations);
    }

    [Theory]
    [InlineData(0, MemoryExport.AllFlags)]
    [InlineData(Window, MemoryExport.AllFlags & ~Wire.SendCache)]
    public async Task WithoutTheSettingOrTheCommand_NothingIsAnnounced(long window, int flags)
    {
        await using NbdTestServer server = new(new MemoryExport(Size) { Flags = (ushort)flags });
        await using NbdBackend store = Open(server.Uri, window);

        await ReadAsync(store, [.. Enumerable.Range(0, 64)]);

        Assert.Equal(0, server.CountOf(Command.Cache));
        Assert.Equal(64, server.CountOf(Command.Read));
        Assert.Empty(server.Violations);
    }

    [Fact]
    public async Task AnAnnouncementThatFails_ConcernsNobody()
    {
        // Behind what is read, and within what is announced.
        MemoryExport export = new(Size) { Bad = new Extent(512 << 10, Block) };
        await using NbdTestServer server = new(export);
        await using NbdBackend store = Open(server.Uri, Window);

        await ReadAsync(store, [.. Enumerable.Range(0, 64)]);

        Assert.Equal(1, server.CountOf(Command.Cache));
        Assert.Equal(1, store.Statistics.Connections);
    }

    [Fact]
    public async Task Nbdkit_WithASlowStoreAndACache_IsAskedThereOnceForMany()
    {
        const int Reads = 1024;
        long without = await StoreReadsAsync(Reads, 0);
        long with = await StoreReadsAsync(Reads, Window);

        Assert.Equal(Reads, without);
        // The filter fetches blocks of 64 KiB, and the window behind the last read.
        Assert.InRange(with, 1, Reads / 8);
    }

    /// <summary>How often the plugin behind nbdkit's cache is read from.</summary>
    private static async Task<long> StoreReadsAsync(int reads, long window)
    {
        using TemporaryFolder folder = new();
        using (NbdServer server = NbdServer.Nbdkit(folder, "--filter=cache", "--filter=stats", "memory", $"{Size}",
            $"statsfile={folder.File("stats")}"))
        {
            await using (NbdBackend store = Open(server.Uri, window))
                await ReadAsync(store, [.. Enumerable.Range(0, reads)]);
            server.End();
        }
        string stats = await File.ReadAllTextAsync(folder.File("stats"), TestContext.Current.CancellationToken);
        return long.Parse(Regex.Match(stats, @"^read: (\d+) ops", RegexOptions.Multiline).Groups[1].Value,
            System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task ReadAsync(NbdBackend store, params int[] blocks)
    {
        foreach (int block in blocks)
        {
            using IoProbe read = await IoProbe.Read((long)block * Block, Block).RunAsync(store);
            Assert.Equal((Errno.None, Block), (read.Error, read.Result));
        }
    }

    private static NbdBackend Open(string uri, long window) => NbdBackend.Open(
        new NbdBackendOptions { Uri = uri, Connections = 1, ReadAheadBytes = window });
}
