namespace IoMerge.Mount.Hosting;

/// <summary>What the program's exit code means; the numbers are those of mount(8) where it has them.</summary>
internal static class ExitCode
{
    /// <summary>All went well; what was acknowledged is in the store.</summary>
    public const int Success = 0;

    /// <summary>
    /// Something failed at run time: a store could not be opened, not everything could be flushed, or a mount refused a
    /// change of its settings.
    /// </summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration is wrong.</summary>
    public const int Usage = 2;

    /// <summary>It could not be mounted or unmounted.</summary>
    public const int Mount = 32;

    /// <summary>
    /// A signal ended it before its end; what it had until then was kept (128 + SIGINT, as shells say it).
    /// </summary>
    public const int Interrupted = 130;
}
