using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Configuration;

/// <summary>What gets logged. Section <c>Logging</c>, in the form that .NET programs share.</summary>
internal sealed record LoggingOptions
{
    /// <summary>
    /// The least important level shown, for categories that begin with the key; <c>Default</c> for all.
    /// </summary>
    public IReadOnlyDictionary<string, LogLevel> LogLevel { get; init; } =
        new Dictionary<string, LogLevel>
        {
            ["Default"] = Microsoft.Extensions.Logging.LogLevel.Warning,
        };
}
