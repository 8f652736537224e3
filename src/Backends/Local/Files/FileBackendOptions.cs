namespace IoMerge.Backends.Local;

/// <summary>A volume in a regular file.</summary>
public sealed record FileBackendOptions
{
    /// <summary>Path of the file. Required.</summary>
    public string Path { get; set; } = "";

    /// <summary>
    /// Size in bytes to create the file with, sparse, when it is missing; 0: it must exist. A file that exists keeps
    /// its size, and is refused when it is smaller than this unless it is <see cref="Growable"/>.
    /// </summary>
    public ByteSize CreateSize { get; set; } = 0;

    /// <summary>
    /// True to let writes, allocation and truncation change the size; false for a store of fixed size.
    /// </summary>
    public bool Growable { get; set; }

    /// <summary>Whether transfers go past the page cache.</summary>
    public DirectMode Direct { get; set; } = DirectMode.Preferred;

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

    internal EngineSettings EngineSettings => new(Engine, Workers, CompletionTimeoutMs, "iomerge file");

    /// <summary>Everything that is wrong with these options by themselves; empty when the file may be opened.</summary>
    public IEnumerable<OptionFault> Validate()
    {
        if (string.IsNullOrWhiteSpace(Path) || Path.Contains('\0', StringComparison.Ordinal))
            yield return new OptionFault(nameof(Path), Path, "the path of a file");
        if (CreateSize < 0)
            yield return new OptionFault(nameof(CreateSize), CreateSize.ToString(), "0 bytes or more");
        if (!Enum.IsDefined(Direct))
            yield return new OptionFault(nameof(Direct), Direct.ToString(), "Preferred, Required or Off");
        foreach (OptionFault fault in EngineSettings.Validate(Engine, Workers, CompletionTimeoutMs))
            yield return fault;
        if (ReadOnly && Growable)
            yield return new OptionFault(nameof(Growable), "true", "false when ReadOnly is true");
    }
}
