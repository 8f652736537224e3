using System.Globalization;
using IoMerge.Backends;
using static IoMerge.Rings.IoUringConstants;

namespace IoMerge.Rings;

/// <summary>
/// Sets a ring up as well as the kernel can, and says for a person why there is none where it cannot.
/// </summary>
internal static unsafe class RingOpener
{
    private const uint Entries = 128;
    private const int MostCodes = 256;

    /// <summary>
    /// More than the elevator's greatest depth: completions then never overflow, as operations are kept back before.
    /// </summary>
    private const uint Completions = 2048;

    /// <summary>
    /// For a ring of one thread, from the best to the least. With the first, completions are worked off by the thread
    /// that waits for them and interrupt no other; the second (Linux 5.19) only spares interrupts.
    /// </summary>
    private static readonly uint[] OneThreadFlags =
    [
        IORING_SETUP_CLAMP | IORING_SETUP_R_DISABLED | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
        IORING_SETUP_CLAMP | IORING_SETUP_R_DISABLED | IORING_SETUP_COOP_TASKRUN,
        IORING_SETUP_CLAMP | IORING_SETUP_R_DISABLED,
    ];

    /// <summary>
    /// For a ring that any thread submits to: the kernel finishes completions on the thread that submitted, which must
    /// be interrupted for it, as it may never come back to the kernel by itself.
    /// </summary>
    private static readonly uint[] AnyThreadFlags = [IORING_SETUP_CLAMP];

    private static readonly byte[] NeededCodes =
        [IORING_OP_READ, IORING_OP_WRITE, IORING_OP_READV, IORING_OP_WRITEV, IORING_OP_ASYNC_CANCEL];

    /// <summary>Opens a ring.</summary>
    /// <param name="kernel">The system.</param>
    /// <param name="use">
    /// Who will enter the kernel for it. A ring of one thread is disabled until that thread enables it.
    /// </param>
    /// <param name="codes">Which operation codes the kernel has.</param>
    /// <param name="refusal">Why there is no ring, as the end of the sentence "io_uring is refused: ...".</param>
    internal static Ring? TryOpen(IRingKernel kernel, RingUse use, out RingCodes codes, out string refusal)
    {
        codes = default;
        uint[] flags = use == RingUse.OneThread ? OneThreadFlags : AnyThreadFlags;
        Ring? ring = null;
        Errno error = Errno.EINVAL;
        for (int index = 0; index < flags.Length && ring is null && error == Errno.EINVAL; index++)
            ring = Ring.TrySetUp(kernel, Entries, Completions, flags[index], out error);
        if (ring is null)
        {
            refusal = Explain(error);
            return null;
        }
        error = Probe(ring, out codes);
        if (error.IsSuccess)
        {
            refusal = "";
            return ring;
        }
        ring.Dispose();
        refusal = Explain(error);
        return null;
    }

    /// <summary>Why a store could not have a ring now; null when it could. Leaves nothing open.</summary>
    internal static string? FindRefusal(IRingKernel kernel)
    {
        using Ring? ring = TryOpen(kernel, RingUse.AnyThread, out _, out string refusal);
        return ring is null ? refusal : null;
    }

    private static Errno Probe(Ring ring, out RingCodes codes)
    {
        codes = default;
        byte* memory = stackalloc byte[sizeof(IoUringProbe) + (MostCodes * sizeof(IoUringProbeOp))];
        new Span<byte>(memory, sizeof(IoUringProbe) + (MostCodes * sizeof(IoUringProbeOp))).Clear();
        if (ring.Register(IORING_REGISTER_PROBE, memory, MostCodes).IsError)
            return Errno.ENOSYS;
        int count = ((IoUringProbe*)memory)->ops_len;
        IoUringProbeOp* answers = (IoUringProbeOp*)(memory + sizeof(IoUringProbe));
        bool Has(byte code) => code < count && (answers[code].flags & IO_URING_OP_SUPPORTED) != 0;
        foreach (byte code in NeededCodes)
        {
            if (!Has(code))
                return Errno.ENOSYS;
        }
        codes = new RingCodes(Has(IORING_OP_FSYNC), Has(IORING_OP_FALLOCATE));
        return Errno.None;
    }

    private static string Explain(Errno error)
    {
        if (error == Errno.ENOSYS || error == Errno.EINVAL)
            return "this kernel has no io_uring, or one older than Linux 5.13";
        if (error == Errno.EPERM || error == Errno.EACCES)
        {
            return DisabledBySetting() is { } value
                ? $"the kernel's setting kernel.io_uring_disabled is {value} (sysctl -w kernel.io_uring_disabled=0 "
                    + "allows it)"
                : "a filter of system calls forbids it (seccomp, as containers have)";
        }
        return error == Errno.ENOMEM
            ? "there is no memory for it (ulimit -l, or the limit of the control group)"
            : $"setting it up failed with {error}";
    }

    private static int? DisabledBySetting()
    {
        try
        {
            string text = File.ReadAllText("/proc/sys/kernel/io_uring_disabled");
            return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) && value > 0
                ? value : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null; // Kernels before 6.6 have no such setting.
        }
    }
}

/// <summary>Who enters the kernel for a ring.</summary>
internal enum RingUse
{
    /// <summary>One thread, which also takes the completions.</summary>
    OneThread,

    /// <summary>Any thread, one at a time.</summary>
    AnyThread,
}

/// <summary>Which operation codes a kernel has beyond those that the engine cannot do without.</summary>
/// <param name="Sync">IORING_OP_FSYNC.</param>
/// <param name="Allocate">IORING_OP_FALLOCATE.</param>
internal readonly record struct RingCodes(bool Sync, bool Allocate);
