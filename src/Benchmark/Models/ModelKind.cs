namespace IoMerge.Benchmark.Models;

/// <summary>A kind of model: its name, what it is like, and what can be turned.</summary>
public abstract class ModelKind
{
    private protected ModelKind(string name, string summary) => (Name, Summary) = (name, summary);

    /// <summary>As it is written on the command line.</summary>
    public string Name { get; }

    /// <summary>What it is, in a sentence.</summary>
    public string Summary { get; }

    /// <summary>What can be turned.</summary>
    public abstract IReadOnlyList<ModelParameter> Parameters { get; }

    /// <summary>A maker of models with these settings, each as <c>NAME=VALUE</c>.</summary>
    /// <exception cref="FormatException">A name or a value is wrong; the message continues "... : ".</exception>
    internal abstract Func<IDeviceModel> Configure(IEnumerable<string> settings);
}

/// <summary>A kind of model with parameters of a type.</summary>
internal sealed class ModelKind<T>(
    string name, string summary, Func<T, IDeviceModel> make, params IReadOnlyList<ParameterOf<T>> parameters)
    : ModelKind(name, summary)
    where T : class, new()
{
    public override IReadOnlyList<ModelParameter> Parameters { get; } = [.. parameters.Select(p => p.Facts)];

    internal override Func<IDeviceModel> Configure(IEnumerable<string> settings)
    {
        var options = new T();
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (string setting in settings)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new FormatException($"\"{setting}\" is no NAME=VALUE");
            string key = setting[..equals].Trim();
            ParameterOf<T> parameter = Find(key) ?? throw new FormatException(
                $"\"{key}\" is no parameter of {Name}; there are {string.Join(", ", Parameters.Select(p => p.Name))}");
            if (!seen.Add(key))
                throw new FormatException($"{parameter.Facts.Name} is there twice");
            string value = setting[(equals + 1)..].Trim();
            options = parameter.TryApply(options, value) ?? throw new FormatException(
                $"{parameter.Facts.Name} is \"{value}\" and must be {parameter.Facts.Rule}");
        }
        return () => make(options);
    }

    private ParameterOf<T>? Find(string key) => parameters.FirstOrDefault(
        parameter => string.Equals(parameter.Facts.Name, key, StringComparison.OrdinalIgnoreCase));
}
