namespace IoMerge.Backends.Decorators;

/// <summary>How many operations and bytes a second reach the store.</summary>
public sealed record RateLimitOptions
{
    /// <summary>Operations a second, 1 to 100 000 000; 0: no limit.</summary>
    public int OperationsPerSecond { get; set; }

    /// <summary>Bytes of reads and writes a second, 1 or more; 0: no limit.</summary>
    public ByteSize BytesPerSecond { get; set; } = 0;

    /// <summary>What an idle store saves up for a burst, in milliseconds of its rates; 0 to 60 000.</summary>
    public int BurstMs { get; set; } = 10;

    /// <summary>Everything that is wrong with these options; empty when they can be used.</summary>
    public IEnumerable<OptionFault> Validate()
    {
        if (OperationsPerSecond is < 0 or > 100_000_000)
            yield return new OptionFault(nameof(OperationsPerSecond), $"{OperationsPerSecond}", "0 to 100000000");
        if (BytesPerSecond < 0)
            yield return new OptionFault(nameof(BytesPerSecond), BytesPerSecond.ToString(), "0 bytes or more");
        if (BurstMs is < 0 or > 60_000)
            yield return new OptionFault(nameof(BurstMs), $"{BurstMs}", "0 to 60000 milliseconds");
    }
}
