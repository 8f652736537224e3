using IoMerge.Rings;
using Microsoft.Win32.SafeHandles;

namespace IoMerge.Backends.Local;

/// <summary>
/// A store in a regular file, past the page cache (O_DIRECT) or through it. What the page cache can serve at once, and
/// everything on tmpfs, completes on the submitting thread; the rest is driven by the engine (<see
/// cref="EngineKind"/>).
/// </summary>
public sealed class FileBackend : DescriptorBackend
{
    /// <summary>Pages are what the page cache and direct transfers must not share at one time.</summary>
    private const int PageBytes = 4096;

    private readonly OpenFile _file;
    private readonly DirectTransfer? _direct;

    internal FileBackend(OpenFile file, FileBackendOptions options, IStoreCalls calls, EngineSettings? engine = null)
        : this(file, options, calls, CreateDirect(file, calls), engine ?? options.EngineSettings)
    {
    }

    private FileBackend(
        OpenFile file, FileBackendOptions options, IStoreCalls calls, DirectTransfer? direct, EngineSettings engine)
        : base(Describe(file, options),
            new FileOperations(calls, Fd(file.Main),
                direct is null ? new PlainTransfer(calls, Fd(file.Main)) : direct,
                file.Size, options.ReadOnly, options.Growable),
            InlineModeOf(file), engine)
    {
        _file = file;
        _direct = direct;
    }

    /// <summary>
    /// Opens or creates the file and locks it against a second use. A file that it created survives a loss of power
    /// when this returns.
    /// </summary>
    /// <exception cref="BackendOpenException">The options are wrong or the file cannot be used.</exception>
    public static FileBackend Open(FileBackendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        LinuxStoreCalls calls = LinuxStoreCalls.Instance;
        TransferEngines.Require(options.Engine, LinuxRingKernel.Instance);
        OpenFile file = FileOpener.Open(options, calls);
        try
        {
            return new FileBackend(file, options, calls);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>True when transfers go past the page cache.</summary>
    public bool IsDirect => _direct is not null;

    private protected override void Close()
    {
        _direct?.Dispose();
        _file.Dispose();
    }

    private static DirectTransfer? CreateDirect(OpenFile file, IStoreCalls calls)
    {
        if (file.Direct is not DirectAlignment alignment)
            return null;
        PlainTransfer? tail = file.Tail is null ? null : new PlainTransfer(calls, Fd(file.Tail));
        return new DirectTransfer(calls, Fd(file.Main), alignment, tail, BlockOf(alignment));
    }

    private static InlineMode InlineModeOf(OpenFile file) => file.IsInMemory ? InlineMode.Always
        : file.Direct is null ? InlineMode.WhenCached
        : InlineMode.Never;

    private static int BlockOf(DirectAlignment alignment) => Math.Max(alignment.Block, PageBytes);

    private static int Fd(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    private static BackendGeometry Describe(OpenFile file, FileBackendOptions options) => new()
    {
        BlockSize = file.Direct is DirectAlignment direct ? BlockOf(direct) : 1,
        MemoryAlignment = file.Direct?.Memory ?? 1,
        PreferredTransferBytes = file.Direct is null ? 128 << 10 : 0,
        MaxSegments = PlainTransfer.MaxSegmentsPerCall,
        IsDurable = !file.IsInMemory,
        IsReadOnly = options.ReadOnly,
        CanResize = options.Growable,
        CanDiscard = !options.ReadOnly,
        CanZero = !options.ReadOnly,
        CanAllocate = !options.ReadOnly,
        CanSeekData = true,
    };
}
