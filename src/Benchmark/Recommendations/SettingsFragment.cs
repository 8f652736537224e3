using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IoMerge.Benchmark.Recommendations;

/// <summary>
/// Writes configuration keys and values as the piece of <c>appsettings.json</c> that says the same. Pure.
/// </summary>
public static class SettingsFragment
{
    private static readonly JsonWriterOptions s_options = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The fragment: an object with one member for each section, in the order of the keys.</summary>
    /// <param name="settings">Keys such as <c>Scheduler:Merge:MaxBytes</c>, with their values.</param>
    public static string Write(IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var root = new JsonObject();
        foreach ((string key, string value) in settings)
        {
            string[] path = key.Split(':');
            JsonObject section = root;
            foreach (string name in path[..^1])
            {
                if (section[name] is not JsonObject inner)
                    section[name] = inner = [];
                section = inner;
            }
            section[path[^1]] = Value(value);
        }
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, s_options))
            root.WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    // Numbers and switches as JSON has them; sizes and names are text.
    private static JsonValue Value(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            return JsonValue.Create(number);
        return bool.TryParse(text, out bool flag) ? JsonValue.Create(flag) : JsonValue.Create(text);
    }
}
