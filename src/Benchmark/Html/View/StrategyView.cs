using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.View;

/// <summary>How a strategy is shown: the same colour and stroke wherever it appears. Immutable.</summary>
/// <param name="Facts">What it is.</param>
/// <param name="Index">Its column.</param>
/// <param name="Shade">How many of its sort, IoMerge or other, stand before it.</param>
internal sealed record StrategyView(StrategyFacts Facts, int Index, int Shade)
{
    private const int Colours = 6;
    private const int Strokes = 4;

    /// <summary>Its name, with what it is behind it unless it is a strategy of IoMerge.</summary>
    public string Label => Facts.Kind switch
    {
        StrategyKind.Raw => $"{Facts.Name} (store alone)",
        StrategyKind.Peer => $"{Facts.Name} (peer)",
        StrategyKind.Ceiling => $"{Facts.Name} (ceiling)",
        _ => Facts.Name,
    };

    /// <summary>
    /// The classes that carry its colour and stroke. Colours repeat after six with another stroke; what is not IoMerge
    /// is grey.
    /// </summary>
    public string Classes => Facts.Kind == StrategyKind.Strategy
        ? FormattableString.Invariant($"c{Shade % Colours} d{Shade / Colours % Strokes}")
        : FormattableString.Invariant($"grey d{(1 + Shade) % Strokes} {Facts.Kind.ToString().ToLowerInvariant()}");

    /// <summary>Whether it passes requests straight through, so that others are compared with it.</summary>
    public bool IsUnmerged => Facts.Kind == StrategyKind.Strategy
        && (Facts.Settings.Any(setting => setting.Key.EndsWith("Scheduler:Policy", StringComparison.OrdinalIgnoreCase)
                && string.Equals(setting.Value, "None", StringComparison.OrdinalIgnoreCase))
            || string.Equals(Facts.Name, "None", StringComparison.OrdinalIgnoreCase));
}
