using IoMerge.Mount.Fuse.Protocol;

namespace IoMerge.Mount.Fuse.Dispatch;

/// <summary>What to do about the kernel's FUSE_INIT.</summary>
internal enum InitVerdict
{
    /// <summary>Answer; the session runs from then on.</summary>
    Agreed,

    /// <summary>Answer with our version; the kernel, which is newer, sends another FUSE_INIT.</summary>
    AskAgain,

    /// <summary>Refuse: there is no version that both sides speak.</summary>
    Refused,
}

/// <summary>The outcome of a negotiation.</summary>
/// <param name="Verdict">What to do.</param>
/// <param name="Reply">What to answer, unless refused.</param>
/// <param name="ReplyBytes">How much of it the kernel's version knows.</param>
/// <param name="Flags">The abilities in use.</param>
/// <param name="Minor">The version in use.</param>
/// <param name="MaxRequestBytes">Most bytes of one read or write.</param>
internal readonly record struct InitOutcome(
    InitVerdict Verdict,
    fuse_init_out Reply = default,
    int ReplyBytes = 0,
    FuseInitFlags Flags = FuseInitFlags.None,
    uint Minor = 0,
    long MaxRequestBytes = 0);

/// <summary>Chooses version, abilities and sizes. A pure decision.</summary>
/// <param name="options">What is configured.</param>
/// <param name="allVolumesCanResize">Whether opening with O_TRUNC has the same meaning for all volumes.</param>
/// <param name="kernelMaxPages">The kernel's bound of pages per request.</param>
/// <param name="pageSize">Bytes of a page.</param>
internal sealed class InitNegotiator(FuseOptions options, bool allVolumesCanResize, int kernelMaxPages, int pageSize)
{
    private const FuseInitFlags Wanted =
        FuseInitFlags.FUSE_ASYNC_READ | FuseInitFlags.FUSE_BIG_WRITES | FuseInitFlags.FUSE_ASYNC_DIO
        | FuseInitFlags.FUSE_MAX_PAGES | FuseInitFlags.FUSE_PARALLEL_DIROPS | FuseInitFlags.FUSE_ABORT_ERROR
        | FuseInitFlags.FUSE_INIT_EXT | FuseInitFlags.FUSE_DIRECT_IO_ALLOW_MMAP
        // Modes come from the configuration and have no set-id bits, so there is never one to clear; saying so spares
        // the kernel a question before each cached write.
        | FuseInitFlags.FUSE_HANDLE_KILLPRIV_V2;

    /// <summary>Answers a FUSE_INIT.</summary>
    public InitOutcome Negotiate(in fuse_init_in kernel)
    {
        if (kernel.major > FuseConstants.FUSE_KERNEL_VERSION)
        {
            var ours = new fuse_init_out
            {
                major = FuseConstants.FUSE_KERNEL_VERSION,
                minor = FuseConstants.FUSE_KERNEL_MINOR_VERSION,
            };
            return new InitOutcome(InitVerdict.AskAgain, ours, BytesOf(FuseConstants.FUSE_KERNEL_MINOR_VERSION));
        }
        if (kernel.major < FuseConstants.FUSE_KERNEL_VERSION || kernel.minor < FuseConstants.OldestMinorVersion)
            return new InitOutcome(InitVerdict.Refused);

        uint minor = Math.Min(kernel.minor, FuseConstants.FUSE_KERNEL_MINOR_VERSION);
        FuseInitFlags flags = Choose(kernel);
        int wantedPages = (int)(options.MaxWrite.Bytes / pageSize);
        bool hasMaxPages = flags.HasFlag(FuseInitFlags.FUSE_MAX_PAGES);
        int pages = Math.Min(wantedPages, hasMaxPages ? kernelMaxPages : FuseConstants.FUSE_DEFAULT_MAX_PAGES_PER_REQ);
        var reply = new fuse_init_out
        {
            major = FuseConstants.FUSE_KERNEL_VERSION,
            minor = minor,
            max_readahead = kernel.max_readahead,
            flags = (uint)flags,
            flags2 = (uint)((ulong)flags >> 32),
            max_background = (ushort)options.MaxBackground,
            congestion_threshold = (ushort)Math.Max(1, options.MaxBackground * 3 / 4),
            max_write = (uint)((long)wantedPages * pageSize),
            max_pages = (ushort)(hasMaxPages ? wantedPages : 0),
            time_gran = 1,
        };
        return new InitOutcome(InitVerdict.Agreed, reply, BytesOf(minor), flags, minor, (long)pages * pageSize);
    }

    private static unsafe int BytesOf(uint minor) => minor < FuseConstants.LongInitMinorVersion
        ? FuseConstants.FUSE_COMPAT_22_INIT_OUT_SIZE
        : sizeof(fuse_init_out);

    private FuseInitFlags Choose(in fuse_init_in kernel)
    {
        var offered = (FuseInitFlags)kernel.flags;
        if (offered.HasFlag(FuseInitFlags.FUSE_INIT_EXT))
            offered |= (FuseInitFlags)((ulong)kernel.flags2 << 32);
        // With it the kernel takes the file for empty once it was opened with O_TRUNC, also where the volume keeps its
        // size as a device does; asynchronous reads would then see an end that is none.
        FuseInitFlags truncate = allVolumesCanResize ? FuseInitFlags.FUSE_ATOMIC_O_TRUNC : FuseInitFlags.None;
        FuseInitFlags wanted = options.DirectMode == DirectMode.Synchronous
            ? Wanted & ~FuseInitFlags.FUSE_ASYNC_DIO : Wanted;
        return offered & (wanted | truncate);
    }
}
