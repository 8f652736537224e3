using IoMerge.Backends.Local;
using IoMerge.Rings;
using static IoMerge.Rings.IoUringConstants;

namespace IoMerge.Backends.Tests;

/// <summary>A file that is driven by a ring of a kernel that lies.</summary>
internal sealed class RingStore : IAsyncDisposable
{
    internal const int Size = 1 << 20;
    private readonly TemporaryDirectory _directory = new();

    internal RingStore(
        DirectMode mode = DirectMode.Required, EngineKind engine = EngineKind.IoUring, int timeoutMs = 0,
        TimeProvider? time = null, Action<LyingKernel>? prepare = null, long mostLostBytes = 64 << 20)
    {
        FileBackendOptions options = new()
        {
            Path = _directory["volume"], CreateSize = Size, Direct = mode, Engine = engine,
            CompletionTimeoutMs = timeoutMs,
        };
        OpenFile file = FileOpener.Open(options, LinuxStoreCalls.Instance);
        int descriptor = (int)file.Main.DangerousGetHandle();
        Kernel = new LyingKernel(entry => Do(descriptor, entry));
        prepare?.Invoke(Kernel);
        EngineSettings settings = options.EngineSettings with
        {
            Kernel = Kernel, Time = time ?? TimeProvider.System, MostLostBytes = mostLostBytes,
        };
        try
        {
            Backend = new FileBackend(file, options, LinuxStoreCalls.Instance, settings);
        }
        catch (BackendOpenException)
        {
            file.Dispose();
            CleanUp();
            throw;
        }
        Backend.Warned += what =>
        {
            lock (Warnings)
                Warnings.Add(what);
        };
    }

    internal FileBackend Backend { get; }

    internal LyingKernel Kernel { get; }

    internal List<string> Warnings { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await Backend.DisposeAsync();
        Assert.Equal(0, Kernel.Open);
        CleanUp();
    }

    private static unsafe int Do(int store, IoUringSqe entry)
    {
        LinuxStoreCalls calls = LinuxStoreCalls.Instance;
        IoSegment one = new((nint)entry.addr, (nint)entry.len);
        CallFlags flags = (CallFlags)entry.op_flags;
        Errno error;
        long result = entry.opcode switch
        {
            IORING_OP_READ or IORING_OP_READ_FIXED => calls.Read(store, &one, 1, (long)entry.off, flags, out error),
            IORING_OP_WRITE or IORING_OP_WRITE_FIXED => calls.Write(store, &one, 1, (long)entry.off, flags, out error),
            IORING_OP_READV =>
                calls.Read(store, (IoSegment*)entry.addr, (int)entry.len, (long)entry.off, flags, out error),
            IORING_OP_WRITEV =>
                calls.Write(store, (IoSegment*)entry.addr, (int)entry.len, (long)entry.off, flags, out error),
            IORING_OP_FSYNC => -(error = calls.SyncData(store)).Value,
            IORING_OP_FALLOCATE => -(error = calls.Allocate(
                store, (AllocateMode)entry.len, new Extent((long)entry.off, (long)entry.addr))).Value,
            _ => -(error = Errno.ENOENT).Value,
        };
        return error.IsError ? -error.Value : (int)result;
    }

    private void CleanUp()
    {
        Kernel.Dispose();
        _directory.Dispose();
    }
}
