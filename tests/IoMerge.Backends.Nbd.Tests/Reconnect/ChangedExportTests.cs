using IoMerge.Backends.Nbd.Tests.Hostile.Server;
using IoMerge.Testing;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Nbd.Tests.Reconnect;

/// <summary>A server that comes back with another export than it had.</summary>
public sealed class ChangedExportTests
{
    private const int Size = 1 << 20;

    [Fact]
    public async Task AnExportThatShrank_IsNotServedFrom()
    {
        MemoryExport export = new(Size);
        await using NbdTestServer server = new(export);
        await using NbdBackend store = Open(server);
        export.Size = Size / 2;

        server.Drop();

        Until.True(() => ErrorOf(store) == Errno.EIO, () => "Requests go on although the export has shrunk.");
        Assert.Equal(Size, store.Size);
    }

    [Fact]
    public async Task AnExportThatGrew_IsServedInItsNewSize()
    {
        MemoryExport export = new(2 * Size) { Size = Size };
        await using NbdTestServer server = new(export);
        await using NbdBackend store = Open(server);
        export.Size = 2 * Size;

        server.Drop();

        Until.True(() => ErrorOf(store).IsSuccess && store.Size == 2 * Size, () => $"The size is still {store.Size}.");
        using IoProbe write = await IoProbe.Write(Size + 4096, [7]).RunAsync(store);
        Assert.Equal(Errno.None, write.Error);
        Assert.Equal([7], export.Read(Size + 4096, 1));
    }

    [Fact]
    public async Task AnExportThatBecameReadOnly_IsNotWrittenTo()
    {
        MemoryExport export = new(Size);
        await using NbdTestServer server = new(export);
        await using NbdBackend store = Open(server);
        export.Flags |= Wire.ReadOnly;

        server.Drop();

        Until.True(() => ErrorOf(store) == Errno.EIO, () => "Requests go on although nothing can be written.");
        using IoProbe write = await IoProbe.Write(0, [1]).RunAsync(store);
        Assert.True(write.Error.IsError);
        Assert.Equal(0, server.CountOf(Command.Write));
    }

    [Fact]
    public async Task AnExportThatVanished_FailsInTime_AndIsFoundAgain()
    {
        MemoryExport export = new(Size);
        await using NbdTestServer server = new(export);
        await using NbdBackend store = Open(server);
        export.Exists = false;

        server.Drop();
        Until.True(() => ErrorOf(store) == Errno.EIO, () => "Requests go on although there is no export.");
        export.Exists = true;

        Until.True(() => ErrorOf(store).IsSuccess, () => "The export is back and not served from.");
    }

    private static NbdBackend Open(NbdTestServer server) => NbdBackend.Open(new NbdBackendOptions
    {
        Uri = server.Uri,
        Connections = 2,
        ReconnectTimeoutMs = 500,
    });

    private static Errno ErrorOf(NbdBackend store)
    {
        using IoProbe read = IoProbe.Read(0, 4096);
        store.Submit(read);
        read.Ended().GetAwaiter().GetResult();
        return read.Error;
    }
}
