using IoMerge.Backends;
using IoMerge.Backends.Local;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Volumes;

/// <summary>Writes to the log what stores have to say about how they are served.</summary>
internal static partial class StoreLog
{
    /// <summary>Says once how a store is served if it is not as well as it could be, and from then on what it
    /// warns of.</summary>
    public static void Attach(ILogger logger, string volume, IBackend backend)
    {
        if (backend is not DescriptorBackend store)
            return;
        if (store.EngineRefusal is { } refusal)
            EngineRefused(logger, volume, refusal);
        store.Warned += what => StoreWarning(logger, volume, what);
    }

    [LoggerMessage(1, LogLevel.Warning, "volume {Volume}: io_uring is refused: {Refusal}. Threads drive the store "
        + "instead, which costs more processor time; set Engine to Threads to not be told")]
    private static partial void EngineRefused(ILogger logger, string volume, string refusal);

    [LoggerMessage(2, LogLevel.Warning, "volume {Volume}: {What}")]
    private static partial void StoreWarning(ILogger logger, string volume, string what);
}
