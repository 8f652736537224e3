namespace IoMerge.Mount.Hosting;

/// <summary>Tells whoever started the mount how starting it went. Exactly one of the two is called, once.</summary>
internal interface IAnnouncer
{
    /// <summary>The volumes are there.</summary>
    /// <param name="report">What was mounted, for a person.</param>
    void Ready(string report);

    /// <summary>Nothing was mounted.</summary>
    /// <param name="exitCode">The exit code that says why.</param>
    /// <param name="message">Why, for a person.</param>
    void Failed(int exitCode, string message);
}
