namespace IoMerge.Mount.Configuration;

/// <summary>Puts a text into options of a type; false when the text breaks the knob's rule.</summary>
internal delegate bool KnobSetter<T>(T options, string text, out T changed);

/// <summary>
/// One setting of options of type <typeparamref name="T"/>: how it is called, what is allowed, and how text becomes a
/// value and back. Options are treated as values: setting gives a changed copy.
/// </summary>
internal sealed class Knob<T>(
    string name, string unit, string rule, string purpose, Func<T, string> format, KnobSetter<T> apply,
    IReadOnlyList<string>? names = null)
{
    /// <summary>The key below its section.</summary>
    public string Name => name;

    /// <summary>What is allowed, as a phrase that continues "must be ...".</summary>
    public string Rule => rule;

    /// <summary>What is wrong with a text that breaks the rule, with the name that was probably meant.</summary>
    public string Explain(string text) => names is not null && NearestName.Find(text, names) is { } meant
        ? $"must be {rule}; did you mean {meant}?" : $"must be {rule}";

    /// <summary>The value in these options, as one would write it in configuration.</summary>
    public string Format(T options) => format(options);

    /// <summary>The options with this setting changed; false when the text breaks the rule.</summary>
    public bool TryApply(T options, string text, out T changed) => apply(options, text, out changed);

    /// <summary>The description, with the default taken from these options.</summary>
    public KnobInfo Describe(T defaults) => new(name, unit, rule, format(defaults), purpose);
}
