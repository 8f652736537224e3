namespace IoMerge.Backends.Local;

/// <summary>A volume on a block device: a disk, a partition, a logical volume, a loop device.</summary>
public sealed record BlockDeviceOptions
{
    /// <summary>Path of the device, such as /dev/sdb. Required.</summary>
    public string Path { get; set; } = "";

    /// <summary>True to open for reading only: everything that changes the store fails with EROFS.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>Most threads for transfers, 1 to 256.</summary>
    public int Workers { get; set; } = 16;

    /// <summary>
    /// Everything that is wrong with these options by themselves; empty when the device may be opened.
    /// </summary>
    public IEnumerable<OptionFault> Validate()
    {
        if (string.IsNullOrWhiteSpace(Path) || Path.Contains('\0', StringComparison.Ordinal))
            yield return new OptionFault(nameof(Path), Path, "the path of a block device");
        if (Workers is < 1 or > 256)
            yield return new OptionFault(nameof(Workers), $"{Workers}", "1 to 256");
    }
}
