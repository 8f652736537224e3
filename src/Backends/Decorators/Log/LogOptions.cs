namespace IoMerge.Backends.Decorators;

/// <summary>Where the operations are logged.</summary>
public sealed record LogOptions
{
    /// <summary>Path of a file, which is written anew; empty: to the logger of the program.</summary>
    public string Path { get; set; } = "";

    /// <summary>Everything that is wrong with these options; empty when they can be used.</summary>
    public IEnumerable<OptionFault> Validate()
    {
        if (Path.Contains('\0', StringComparison.Ordinal))
            yield return new OptionFault(nameof(Path), Path, "the path of a file, or empty");
    }
}
