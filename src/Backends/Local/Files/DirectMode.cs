namespace IoMerge.Backends.Local;

/// <summary>Whether a file is read and written past the page cache (O_DIRECT).</summary>
public enum DirectMode
{
    /// <summary>Past the page cache where the file system can, through it where it cannot.</summary>
    Preferred,

    /// <summary>Past the page cache, or the file is not opened.</summary>
    Required,

    /// <summary>Through the page cache.</summary>
    Off,
}
