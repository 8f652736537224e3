using System.Globalization;
using IoMerge.Backends;

namespace IoMerge.Benchmark.Models;

/// <summary>What a person may turn at a model.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Default">The value when nothing is said.</param>
/// <param name="Rule">What is allowed, as a phrase that continues "must be ...".</param>
/// <param name="Purpose">What it is, with its unit.</param>
public sealed record ModelParameter(string Name, string Default, string Rule, string Purpose);

/// <summary>A parameter of models of one kind: its facts, and the way from text into a copy of the options.</summary>
/// <param name="Facts">What a person is told.</param>
/// <param name="TryApply">The options with the value; null when the text breaks the rule.</param>
internal sealed record ParameterOf<T>(ModelParameter Facts, Func<T, string, T?> TryApply)
    where T : class;

/// <summary>Makes parameters, one method for each kind of value.</summary>
internal static class Parameters<T>
    where T : class, new()
{
    private static readonly T Defaults = new();

    internal static ParameterOf<T> Number(
        string name, double min, double max, string purpose, Func<T, double> get, Func<T, double, T> with) => new(
        new ModelParameter(name, get(Defaults).ToString(CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"), purpose),
        (options, text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value >= min && value <= max ? with(options, value) : null);

    internal static ParameterOf<T> Whole(
        string name, int min, int max, string purpose, Func<T, int> get, Func<T, int, T> with) => new(
        new ModelParameter(name, get(Defaults).ToString(CultureInfo.InvariantCulture),
            $"a whole number from {min} to {max}", purpose),
        (options, text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            && value >= min && value <= max ? with(options, value) : null);

    internal static ParameterOf<T> Size(
        string name, long min, long max, string purpose, Func<T, ByteSize> get, Func<T, ByteSize, T> with) => new(
        new ModelParameter(name, get(Defaults).ToString(),
            $"a size from {new ByteSize(min)} to {new ByteSize(max)}", purpose),
        (options, text) => ByteSize.TryParse(text, out ByteSize value)
            && value >= min && value <= max ? with(options, value) : null);
}
