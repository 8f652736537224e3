using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Models;

/// <summary>
/// A device model as it is written on the command line: <c>hdd</c>, <c>cloud:iops=1000,latencyUs=800</c> or, with a
/// name of its own, <c>slow=hdd:rpm=5400</c>.
/// </summary>
public sealed class ModelSpec
{
    private readonly Func<IDeviceModel> _make;

    private ModelSpec(string name, ModelKind kind, string settings, Func<IDeviceModel> make)
    {
        Name = name;
        Description = $"{kind.Summary} Model {kind.Name}, {(settings.Length == 0 ? "as it is by default" : settings)}.";
        _make = make;
    }

    /// <summary>What may be written, for a person.</summary>
    public const string Grammar = "[NAME=]KIND[:PARAMETER=VALUE[,PARAMETER=VALUE]...], as hdd or slow=hdd:rpm=5400";

    /// <summary>What it is called in reports; without a name of its own, the text as it was written.</summary>
    public string Name { get; }

    /// <summary>What it is, for a person.</summary>
    public string Description { get; }

    /// <summary>A new device, idle and at the beginning of time.</summary>
    public IDeviceModel Create() => _make();

    /// <summary>The model as a store of a report.</summary>
    public StoreFacts Describe() => new(Name, Description);

    /// <summary>Reads one model.</summary>
    /// <exception cref="FormatException">It is written wrongly; the message says what may be written.</exception>
    public static ModelSpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string head = colon < 0 ? text : text[..colon];
        string settings = colon < 0 ? "" : text[(colon + 1)..].Trim();
        int equals = head.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? text.Trim() : head[..equals].Trim();
        string kindName = head[(equals + 1)..].Trim();
        ModelKind? kind = ModelKinds.All.FirstOrDefault(
            k => string.Equals(k.Name, kindName, StringComparison.OrdinalIgnoreCase));
        if (kind is null)
        {
            string known = string.Join(", ", ModelKinds.All.Select(k => k.Name));
            throw Fault(text, $"\"{kindName}\" is no kind; there are {known}");
        }
        if (name.Length == 0)
            throw Fault(text, "the name before '=' is missing");
        try
        {
            IEnumerable<string> parts = colon < 0 ? [] : settings.Split(',', StringSplitOptions.TrimEntries);
            return new ModelSpec(name, kind, settings, kind.Configure(parts));
        }
        catch (FormatException exception)
        {
            throw Fault(text, exception.Message);
        }
    }

    private static FormatException Fault(string text, string what) =>
        new($"The model \"{text}\" cannot be read: {what}. A model is written as {Grammar}.");
}
