namespace IoMerge.Mount.Volumes;

/// <summary>
/// The extended attribute by which settings of a volume are changed while it is mounted. It can be set and not be read:
/// its value is a message, lines of KEY=VALUE in UTF-8.
/// </summary>
internal static class SettingsAttribute
{
    /// <summary>Its name.</summary>
    public const string Name = "user.iomerge.set";

    /// <summary>Most bytes of a value; more than all settings together need.</summary>
    public const int MostBytes = 4096;

    /// <summary>Its name as it travels.</summary>
    public static ReadOnlySpan<byte> NameBytes => "user.iomerge.set"u8;
}
