namespace IoMerge.Backends;

/// <summary>
/// A range of bytes of a volume: where it starts and how long it is. This is the one place that adds offsets and
/// lengths, so that arithmetic near 2^63 is right once and for all.
/// </summary>
/// <remarks>
/// An extent that exists is valid: offset and length are not negative and the end does not pass
/// <see cref="long.MaxValue"/>. Numbers from outside enter through <see cref="TryCreate"/>.
/// </remarks>
public readonly record struct Extent
{
    /// <summary>Makes an extent of numbers that are known to be valid.</summary>
    /// <param name="offset">First byte, 0 or more.</param>
    /// <param name="length">Number of bytes, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or the end passes 2^63 - 1.</exception>
    public Extent(long offset, long length)
    {
        if (!IsValid(offset, length))
            throw new ArgumentOutOfRangeException(nameof(length), $"[{offset}, +{length}) is not a range of bytes.");
        Offset = offset;
        Length = length;
    }

    /// <summary>First byte.</summary>
    public long Offset { get; }

    /// <summary>Number of bytes; may be 0.</summary>
    public long Length { get; }

    /// <summary>The byte behind the last one.</summary>
    public long End => Offset + Length;

    /// <summary>True when no byte is covered.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>The extent between two bytes.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="end">The byte behind the last one; not before <paramref name="start"/>.</param>
    public static Extent Between(long start, long end) => new(start, end - start);

    /// <summary>Makes an extent of untrusted numbers.</summary>
    /// <returns>False when the numbers describe no range.</returns>
    public static bool TryCreate(long offset, long length, out Extent extent)
    {
        bool valid = IsValid(offset, length);
        extent = valid ? new Extent(offset, length) : default;
        return valid;
    }

    /// <summary>True when both cover at least one common byte.</summary>
    public bool Overlaps(Extent other) =>
        Offset < other.End && other.Offset < End && Length > 0 && other.Length > 0;

    /// <summary>True when every byte of <paramref name="other"/> is covered.</summary>
    public bool Contains(Extent other) => Offset <= other.Offset && other.End <= End;

    /// <summary>True when <paramref name="next"/> starts where this one ends.</summary>
    public bool IsFollowedBy(Extent next) => End == next.Offset;

    /// <summary>True when start and end are multiples of <paramref name="blockSize"/> (a power of two).</summary>
    public bool IsAlignedTo(long blockSize) => ((Offset | Length) & (blockSize - 1)) == 0;

    /// <summary>The smallest extent of whole blocks around this one.</summary>
    /// <param name="blockSize">A power of two.</param>
    public Extent AlignOutward(long blockSize)
    {
        long start = Offset & ~(blockSize - 1);
        long end = End > long.MaxValue - (blockSize - 1) ? long.MaxValue : (End + blockSize - 1) & ~(blockSize - 1);
        return Between(start, end);
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{Offset}, {End})";

    private static bool IsValid(long offset, long length) =>
        offset >= 0 && length >= 0 && offset <= long.MaxValue - length;
}
