using IoMerge.Rings;

namespace IoMerge.Backends.Local;

/// <summary>How the operations of a store are to be driven.</summary>
/// <param name="Kind">By what.</param>
/// <param name="Workers">Most threads for calls that block.</param>
/// <param name="CompletionTimeoutMs">Longest time at the store before the caller is answered without it; 0 is
/// none.</param>
/// <param name="Name">Name of the threads.</param>
internal sealed record EngineSettings(EngineKind Kind, int Workers, int CompletionTimeoutMs, string Name)
{
    /// <summary>The system of a ring.</summary>
    internal IRingKernel Kernel { get; init; } = LinuxRingKernel.Instance;

    /// <summary>The clock of the timeout.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// With so many bytes in the hands of operations that did not come back in time, nothing more is asked.
    /// </summary>
    internal long MostLostBytes { get; init; } = 64 << 20;

    /// <summary>What is wrong with these settings as options name them.</summary>
    internal static IEnumerable<OptionFault> Validate(EngineKind engine, int workers, int completionTimeoutMs)
    {
        if (!Enum.IsDefined(engine))
            yield return new OptionFault("Engine", engine.ToString(), "Auto, IoUring, Threads or Inline");
        if (workers is < 1 or > 256)
            yield return new OptionFault("Workers", $"{workers}", "1 to 256");
        if (completionTimeoutMs is < 0 or > 3_600_000)
            yield return new OptionFault("CompletionTimeoutMs", $"{completionTimeoutMs}", "0 to 3600000");
        // Who waits on his own thread cannot be answered without what he waits for.
        if (completionTimeoutMs > 0 && engine == EngineKind.Inline)
        {
            yield return new OptionFault(
                "CompletionTimeoutMs", $"{completionTimeoutMs}",
                "0 when Engine is Inline, which makes every caller wait itself; choose another Engine for a timeout");
        }
    }
}
