using System.Globalization;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Mounted.Stores;

/// <summary>What the bytes are kept in.</summary>
internal enum StoreMedium
{
    Memory,
    Tmpfs,
    DiskFile,
    Loop,
    Nbd,
    Address,
    Configured,
    CephImage,
}

/// <summary>
/// A store as it is called on the command line: <c>memory</c>, <c>tmpfs</c>, <c>file</c>, <c>loop</c>,
/// <c>loop-1000iops</c>, <c>nbd-delay1ms</c>, <c>config:NAME</c>, <c>rbd:POOL/IMAGE</c>. Only the name is looked at.
/// </summary>
/// <param name="Text">The name as it stands in reports.</param>
/// <param name="Medium">What it is.</param>
/// <param name="Iops">Operations per second that the kernel lets through, reads and writes each; 0 for all.</param>
/// <param name="Volume">The volume of the configuration; empty for the others.</param>
internal sealed record StoreName(string Text, StoreMedium Medium, int Iops = 0, string Volume = "")
{
    /// <summary>What a person may write.</summary>
    public const string Grammar = "memory, tmpfs, file, loop, loop-NUMBERiops, " + NbdkitStore.Grammar
        + ", nbd://HOST/EXPORT and its kin, config:NAME, rbd:POOL/IMAGE";

    /// <summary>How nbdkit serves it; null for the others.</summary>
    public NbdkitStore? Nbdkit { get; init; }

    private static readonly string[] s_schemes = ["nbd", "nbds", "nbd+unix", "nbds+unix"];

    private const string LoopPrefix = "loop-", LoopSuffix = "iops", ConfigPrefix = "config:";

    /// <summary>
    /// Whether it was there before and belongs to somebody: it is not written to unless that is allowed, and its
    /// columns take turns.
    /// </summary>
    public bool IsForeign => Medium is StoreMedium.Address or StoreMedium.Configured or StoreMedium.CephImage;

    /// <summary>What the store is, for reports.</summary>
    public StoreFacts Facts => Nbdkit?.Facts ?? new StoreFacts(Text, Medium switch
    {
        StoreMedium.Memory => "A volume in the server's own memory.",
        StoreMedium.Tmpfs => "A file on a tmpfs: an operation costs next to nothing, bytes cost a copy.",
        StoreMedium.DiskFile => "A file on the machine's disk, past the page cache (O_DIRECT).",
        StoreMedium.Loop when Iops > 0 => string.Create(CultureInfo.InvariantCulture,
            $"A loop device over a file on a tmpfs, let through {Iops} reads and {Iops} writes a second by the "
            + $"kernel's own throttle: the model of a cloud volume."),
        StoreMedium.Loop => "A loop device over a file on the machine's disk, past the page cache.",
        StoreMedium.Address => "The export of an NBD server.",
        StoreMedium.CephImage => "An image of a Ceph cluster, through librbd.",
        _ => $"The volume {Volume} of the configuration.",
    });

    /// <summary>Reads a name; null when it is none.</summary>
    public static StoreName? Parse(string text)
    {
        switch (text)
        {
            case "memory": return new StoreName(text, StoreMedium.Memory);
            case "tmpfs": return new StoreName(text, StoreMedium.Tmpfs);
            case "file": return new StoreName(text, StoreMedium.DiskFile);
            case "loop": return new StoreName(text, StoreMedium.Loop);
        }
        if (NbdkitStore.Parse(text) is { } nbdkit)
            return new StoreName(text, StoreMedium.Nbd) { Nbdkit = nbdkit };
        if (s_schemes.Any(scheme => text.StartsWith(scheme + "://", StringComparison.Ordinal)))
            return new StoreName(text, StoreMedium.Address);
        if (text.StartsWith(ConfigPrefix, StringComparison.Ordinal) && text.Length > ConfigPrefix.Length)
            return new StoreName(text, StoreMedium.Configured, Volume: text[ConfigPrefix.Length..]);
        if (text.StartsWith(CephImageName.Prefix, StringComparison.Ordinal)
            && text.Length > CephImageName.Prefix.Length)
            return new StoreName(text, StoreMedium.CephImage);
        if (!text.StartsWith(LoopPrefix, StringComparison.Ordinal)
            || !text.EndsWith(LoopSuffix, StringComparison.Ordinal)
            || text.Length <= LoopPrefix.Length + LoopSuffix.Length)
            return null;
        bool isNumber = int.TryParse(text.AsSpan(LoopPrefix.Length..^LoopSuffix.Length), NumberStyles.None,
            CultureInfo.InvariantCulture, out int iops);
        return isNumber && iops > 0 ? new StoreName(text, StoreMedium.Loop, iops) : null;
    }
}
