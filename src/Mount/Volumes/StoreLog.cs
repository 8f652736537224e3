using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Volumes;

/// <summary>Writes to the log what stores have to say about how they are served.</summary>
internal static partial class StoreLog
{
    /// <summary>Says once why a store is not served as well as it could be; nothing when it is.</summary>
    public static void TellRefusal(ILogger logger, string volume, string? refusal)
    {
        if (refusal is not null)
            EngineRefused(logger, volume, refusal);
    }

    /// <summary>Who writes down what a store warns of.</summary>
    public static Action<string> Warnings(ILogger logger, string volume) =>
        what => StoreWarning(logger, volume, what);

    [LoggerMessage(1, LogLevel.Warning, "volume {Volume}: io_uring is refused: {Refusal}. Threads drive the store "
        + "instead, which costs more processor time; set Engine to Threads to not be told")]
    private static partial void EngineRefused(ILogger logger, string volume, string refusal);

    [LoggerMessage(2, LogLevel.Warning, "volume {Volume}: {What}")]
    private static partial void StoreWarning(ILogger logger, string volume, string what);
}
