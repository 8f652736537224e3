namespace IoMerge.Backends.Local;

/// <summary>A volume on a block device: a disk, a partition, a logical volume, a loop device.</summary>
public sealed record BlockDeviceOptions
{
    /// <summary>Path of the device, such as /dev/sdb. Required.</summary>
    public string Path { get; set; } = "";

    /// <summary>True to open for reading only: everything that changes the store fails with EROFS.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>How the system calls are driven.</summary>
    public EngineKind Engine { get; set; }

    /// <summary>Most threads for calls that block, 1 to 256.</summary>
    public int Workers { get; set; } = 16;

    /// <summary>
    /// How long an operation may be at the store, in milliseconds, before its caller is told ETIMEDOUT without it; 0,
    /// the default, is for ever. With it, bytes pass through memory of the engine's own, which costs a copy: the
    /// caller's could not be given back while a device may still reach into it.
    /// </summary>
    public int CompletionTimeoutMs { get; set; }

    internal EngineSettings EngineSettings => new(Engine, Workers, CompletionTimeoutMs, "iomerge block");

    /// <summary>
    /// Everything that is wrong with these options by themselves; empty when the device may be opened.
    /// </summary>
    public IEnumerable<OptionFault> Validate()
    {
        if (string.IsNullOrWhiteSpace(Path) || Path.Contains('\0', StringComparison.Ordinal))
            yield return new OptionFault(nameof(Path), Path, "the path of a block device");
        foreach (OptionFault fault in EngineSettings.Validate(Engine, Workers, CompletionTimeoutMs))
            yield return fault;
    }
}
