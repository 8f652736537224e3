using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace IoMerge.Mount.Configuration;

/// <summary>
/// Finds, in a JSON text, the line of each key and the keys that are there twice (case does not count, as in
/// configuration). It reads no values.
/// </summary>
internal sealed class JsonOutline
{
    private readonly Stack<Container> _path = new();
    private readonly byte[] _text;
    private int _line = 1;
    private long _counted;

    private JsonOutline(byte[] text) => _text = text;

    /// <summary>The line, from 1, in which each key stands.</summary>
    public Dictionary<string, int> Lines { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Keys that stand a second time, with the line of the second.</summary>
    public List<(string Key, int Line)> Duplicates { get; } = [];

    /// <summary>Walks over a JSON text.</summary>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    public static JsonOutline Read(byte[] text)
    {
        var outline = new JsonOutline(text);
        var reader = new Utf8JsonReader(text, new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
        });
        while (reader.Read())
            outline.Take(ref reader);
        return outline;
    }

    private void Take(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _path.Peek().Name = reader.GetString()!;
                Note(reader.TokenStartIndex);
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                NoteElement(reader.TokenStartIndex);
                _path.Push(new Container(reader.TokenType == JsonTokenType.StartArray));
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _path.Pop();
                break;
            default:
                NoteElement(reader.TokenStartIndex);
                break;
        }
    }

    private void NoteElement(long position)
    {
        if (!_path.TryPeek(out Container? parent) || !parent.IsArray)
            return;
        parent.Name = parent.NextIndex++.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Note(position);
    }

    private void Note(long position)
    {
        for (; _counted < position; _counted++)
            _line += _text[_counted] == (byte)'\n' ? 1 : 0;
        string key = ConfigurationPath.Combine(_path.Reverse().Select(container => container.Name));
        if (!Lines.TryAdd(key, _line))
            Duplicates.Add((key, _line));
    }

    private sealed class Container(bool isArray)
    {
        public bool IsArray => isArray;

        public string Name { get; set; } = "";

        public int NextIndex { get; set; }
    }
}
