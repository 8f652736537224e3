namespace IoMerge.Backends.Local;

/// <summary>A volume in memory.</summary>
public sealed record MemoryBackendOptions
{
    /// <summary>
    /// Size in bytes at the start, 1 to 64 TiB; may be 0 when <see cref="Growable"/>. Pages take up memory when they
    /// are written.
    /// </summary>
    public ByteSize Size { get; set; } = 1L << 30;

    /// <summary>True to let writes, allocation and truncation change the size, up to <see cref="MaxSize"/>.</summary>
    public bool Growable { get; set; }

    /// <summary>
    /// The size in bytes that a growable store never passes, up to 64 TiB; 0 means 16 times <see cref="Size"/>, at
    /// least 1 GiB.
    /// </summary>
    public ByteSize MaxSize { get; set; } = 0;

    /// <summary>
    /// True to ask the kernel for 2 MiB pages: every access gets faster, random ones most. False for a volume that
    /// stays sparse: then memory is taken by the small page, not by 2 MiB.
    /// </summary>
    public bool HugePages { get; set; } = true;

    internal const long LargestSize = 64L << 40;

    internal long Reserve => !Growable ? Size
        : MaxSize > 0 ? MaxSize
        : Math.Max(1L << 30, Size > LargestSize / 16 ? LargestSize : Size * 16);

    /// <summary>Everything that is wrong with these options; empty when they can be used.</summary>
    public IEnumerable<OptionFault> Validate()
    {
        if (Size < (Growable ? 0 : 1) || Size > LargestSize)
            yield return new OptionFault(nameof(Size), Size.ToString(), "1 byte to 64TiB (0 only when growable)");
        if (MaxSize < 0 || MaxSize > LargestSize || (MaxSize > 0 && MaxSize < Size))
            yield return new OptionFault(nameof(MaxSize), MaxSize.ToString(), "0, or from Size to 64TiB");
        if (MaxSize > 0 && !Growable)
            yield return new OptionFault(nameof(MaxSize), MaxSize.ToString(), "0 unless Growable is true");
    }
}
