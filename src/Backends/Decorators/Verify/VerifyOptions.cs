namespace IoMerge.Backends.Decorators;

/// <summary>How much a verifying backend remembers.</summary>
public sealed record VerifyOptions
{
    internal const int PageBytes = 4096;

    /// <summary>
    /// Most bytes of written data that are remembered, 4 KiB or more. What is written beyond is not checked.
    /// </summary>
    public ByteSize MaxBytes { get; set; } = 1L << 30;

    /// <summary>Everything that is wrong with these options; empty when they can be used.</summary>
    public IEnumerable<OptionFault> Validate()
    {
        if (MaxBytes < PageBytes)
            yield return new OptionFault(nameof(MaxBytes), MaxBytes.ToString(), "4KiB or more");
    }
}
