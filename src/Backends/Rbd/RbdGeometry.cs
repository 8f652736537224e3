namespace IoMerge.Backends.Rbd;

/// <summary>What an image demands, prefers and can do, from what is known of it. Pure.</summary>
internal static class RbdGeometry
{
    /// <summary>iovecs that librbd takes at once, as every system call does.</summary>
    private const int MostSegments = 1024;

    private const long SmallestLimit = 1 << 20;
    private const long LargestLimit = 32 << 20;

    internal static BackendGeometry Of(ImageFacts facts, bool readOnly)
    {
        long unit = Unit(facts);
        return new BackendGeometry
        {
            // OSDs take any byte: there is no block to read and write back from here.
            BlockSize = 1,
            MaxTransferBytes = Math.Clamp(unit, SmallestLimit, LargestLimit),
            PreferredTransferBytes = unit,
            Boundary = unit,
            MaxSegments = MostSegments,
            IsDurable = true,
            IsReadOnly = readOnly,
            CanDiscard = !readOnly,
            CanZero = !readOnly,
        };
    }

    /// <summary>
    /// The bytes beyond which a longer operation is more operations to the cluster: one object, or the objects among
    /// which bytes are striped. 0 when librbd says nothing sensible.
    /// </summary>
    private static long Unit(ImageFacts facts)
    {
        UInt128 unit = (UInt128)facts.ObjectSize * Math.Max(facts.StripeCount, 1);
        return unit <= long.MaxValue && facts.ObjectSize > 0 ? (long)unit : 0;
    }
}
