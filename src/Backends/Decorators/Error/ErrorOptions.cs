namespace IoMerge.Backends.Decorators;

/// <summary>
/// One rule about which operations fail, and how. An operation fails when all conditions hold; several rules are
/// several decorators.
/// </summary>
public sealed record ErrorOptions
{
    private const int LastErrno = 133;

    /// <summary>The kinds that may fail; empty: all.</summary>
    public IList<IoKind> Kinds { get; set; } = [];

    /// <summary>First byte of the bad range.</summary>
    public ByteSize Offset { get; set; } = 0;

    /// <summary>
    /// Length of the bad range in bytes; 0: to the end, and operations without a range (flush) match too.
    /// </summary>
    public ByteSize Length { get; set; } = 0;

    /// <summary>Share of the matching operations that fail, 0 to 1.</summary>
    public double Rate { get; set; } = 1;

    /// <summary>Only the n-th matching operation fails, counted from 1; 0: each may.</summary>
    public long Nth { get; set; }

    /// <summary>The error, by its symbol ("EIO") or number.</summary>
    public string Error { get; set; } = "EIO";

    /// <summary>
    /// True to end transfers without an error but with fewer bytes, at a random place, instead of failing them. A sound
    /// store never does that: it tests whoever stands before it.
    /// </summary>
    public bool Short { get; set; }

    /// <summary>Seed of everything random: the same seed and operations give the same failures.</summary>
    public int Seed { get; set; }

    /// <summary>The bad range.</summary>
    internal Extent Range => Length == 0 ? Extent.Between(Offset, long.MaxValue) : new Extent(Offset, Length);

    internal bool HasRange => Offset > 0 || Length > 0;

    /// <summary>Everything that is wrong with these options; empty when they can be used.</summary>
    public IEnumerable<OptionFault> Validate()
    {
        if (!Kinds.All(Enum.IsDefined))
        {
            string known = string.Join(", ", Enum.GetNames<IoKind>());
            yield return new OptionFault(nameof(Kinds), string.Join(',', Kinds), $"a list of {known}");
        }
        if (!Extent.TryCreate(Offset, Length, out _))
        {
            yield return new OptionFault(
                nameof(Offset), Offset.ToString(), "0 or more, and Offset + Length below 2^63");
        }
        if (Rate is not (>= 0 and <= 1))
            yield return new OptionFault(nameof(Rate), $"{Rate}", "0 to 1");
        if (Nth < 0)
            yield return new OptionFault(nameof(Nth), $"{Nth}", "0 or more");
        if (!TryParseErrno(Error, out _))
        {
            yield return new OptionFault(
                nameof(Error), Error, "the symbol of an error, such as EIO or ENOSPC, or a number from 1 to 133");
        }
    }

    internal static bool TryParseErrno(string? text, out Errno error)
    {
        for (int value = 1; value <= LastErrno; value++)
        {
            error = new Errno(value);
            if (string.Equals(text, error.ToString(), StringComparison.OrdinalIgnoreCase) || text == $"{value}")
                return true;
        }
        error = default;
        return false;
    }
}
