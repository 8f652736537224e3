using IoMerge.Rings;

namespace IoMerge.Backends.Local;

/// <summary>Chooses how the operations of a store are driven.</summary>
internal static class TransferEngines
{
    /// <summary>Starts the engine that the settings name, or the best there is.</summary>
    /// <param name="operations">What the operations mean.</param>
    /// <param name="mode">What the store can serve without waiting.</param>
    /// <param name="settings">What is wanted.</param>
    /// <param name="block">Operations touch whole blocks of so many bytes.</param>
    /// <param name="warn">Told what a person should know while the engine runs. Any thread.</param>
    /// <exception cref="BackendOpenException">What was demanded cannot be had.</exception>
    internal static StartedEngine Start(
        StoreOperations operations, InlineMode mode, EngineSettings settings, int block, Action<string> warn)
    {
        StartedEngine started = Start(operations, mode, settings, warn);
        if (settings.CompletionTimeoutMs == 0)
            return started;
        TimedTransferEngine timed = new(
            started.Engine, settings.CompletionTimeoutMs, block, settings.MostLostBytes, settings.Time, warn);
        return started with { Engine = timed };
    }

    private static StartedEngine Start(
        StoreOperations operations, InlineMode mode, EngineSettings settings, Action<string> warn)
    {
        EngineKind kind = settings.Kind;
        // A caller that waits on its own thread cannot be told that its time is over.
        if (kind == EngineKind.Auto && mode == InlineMode.Always && settings.CompletionTimeoutMs == 0)
            kind = EngineKind.Inline;
        // Whoever names another engine for a store in memory wants that engine.
        InlineMode served = kind == EngineKind.Inline ? InlineMode.Always
            : mode == InlineMode.Always ? InlineMode.Never : mode;
        FileLender? lender = served == InlineMode.Never ? null : FileLender.For(operations, mode);
        ThreadTransferEngine blocking = new(
            operations, new InlinePath(served, operations), lender, settings.Workers, settings.Name);
        if (kind is EngineKind.Threads or EngineKind.Inline)
            return new StartedEngine(blocking, kind, null);
        if (UringTransferEngine.TryStart(
            operations, blocking, settings.Kernel, settings.Name, warn, out string refusal) is { } ring)
        {
            return new StartedEngine(ring, EngineKind.IoUring, null);
        }
        return kind == EngineKind.Auto
            ? new StartedEngine(blocking, EngineKind.Threads, refusal)
            : throw new BackendOpenException(ExplainRefusal(refusal));
    }

    /// <summary>Fails before a store is opened, and perhaps created, that the engine could not drive.</summary>
    /// <exception cref="BackendOpenException">What was demanded cannot be had.</exception>
    internal static void Require(EngineKind kind, IRingKernel kernel)
    {
        if (kind == EngineKind.IoUring && RingOpener.FindRefusal(kernel) is { } refusal)
            throw new BackendOpenException(ExplainRefusal(refusal));
    }

    private static string ExplainRefusal(string refusal) =>
        $"Engine is IoUring, and io_uring is refused: {refusal}. Set Engine to Auto or Threads to do without it.";
}

/// <summary>An engine that runs.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Kind">Which it is; never Auto.</param>
/// <param name="Refusal">Why it is not io_uring although that was wanted; null when it is what was wanted.</param>
internal sealed record StartedEngine(ITransferEngine Engine, EngineKind Kind, string? Refusal);
