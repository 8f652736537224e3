namespace IoMerge.Backends.Decorators;

/// <summary>How much later operations reach the store.</summary>
public sealed record DelayOptions
{
    /// <summary>Delay of reads in microseconds, 0 to 60 000 000.</summary>
    public int ReadDelayUs { get; set; }

    /// <summary>Delay of writes in microseconds, 0 to 60 000 000.</summary>
    public int WriteDelayUs { get; set; }

    /// <summary>Delay of flushes in microseconds, 0 to 60 000 000.</summary>
    public int FlushDelayUs { get; set; }

    /// <summary>Delay of all other kinds in microseconds, 0 to 60 000 000.</summary>
    public int OtherDelayUs { get; set; }

    /// <summary>Up to so many microseconds more, evenly distributed, for every kind; 0 to 60 000 000.</summary>
    public int JitterUs { get; set; }

    /// <summary>Seed of the jitter: the same seed gives the same sequence.</summary>
    public int Seed { get; set; }

    /// <summary>Everything that is wrong with these options; empty when they can be used.</summary>
    public IEnumerable<OptionFault> Validate()
    {
        (string Key, int Value)[] numbers =
        [
            (nameof(ReadDelayUs), ReadDelayUs), (nameof(WriteDelayUs), WriteDelayUs),
            (nameof(FlushDelayUs), FlushDelayUs), (nameof(OtherDelayUs), OtherDelayUs), (nameof(JitterUs), JitterUs),
        ];
        return numbers.Where(number => number.Value is < 0 or > 60_000_000)
            .Select(number => new OptionFault(number.Key, $"{number.Value}", "0 to 60000000 microseconds"));
    }
}
