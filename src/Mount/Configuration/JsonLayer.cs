using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace IoMerge.Mount.Configuration;

/// <summary>
/// Reads a JSON file into a layer. What cannot be read becomes faults that say file, line and position.
/// </summary>
internal static class JsonLayer
{
    /// <summary>Longest file read. A configuration is some kilobytes; more is a mistake.</summary>
    private const long MaxBytes = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="faults">Takes what is wrong with it.</param>
    /// <returns>The settings; empty when the file cannot be read.</returns>
    public static ConfigurationLayer Read(string path, List<ConfigurationFault> faults)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            var text = new byte[MaxBytes + 1];
            int length = file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            if (length > MaxBytes)
                return Refuse(path, faults, $"is larger than {MaxBytes >> 20} MiB, which no configuration is");
            return Parse(path, text[..length], faults);
        }
        catch (FileNotFoundException)
        {
            return Refuse(path, faults, "does not exist; give an existing file with --config");
        }
        catch (DirectoryNotFoundException)
        {
            return Refuse(path, faults, "does not exist; give an existing file with --config");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException
            or ArgumentException)
        {
            return Refuse(path, faults, Directory.Exists(path)
                ? "is a directory; give a JSON file" : $"cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads a text; the path only serves to name it.</summary>
    public static ConfigurationLayer Parse(string path, byte[] text, List<ConfigurationFault> faults)
    {
        try
        {
            text = WithoutByteOrderMark(text);
            JsonOutline outline = JsonOutline.Read(text);
            foreach ((string key, int line) in outline.Duplicates)
                faults.Add(new ConfigurationFault(key, null, "is there twice; keep one", $"{path}:{line}"));
            return outline.Duplicates.Count > 0 ? new ConfigurationLayer() : Load(path, text, outline);
        }
        catch (JsonException e)
        {
            string place = e.LineNumber is { } line
                ? $"line {line + 1}, position {e.BytePositionInLine + 1}: " : "";
            return Refuse(path, faults, $"is not valid JSON; {place}{Cause(e)}");
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            return Refuse(path, faults, $"is no configuration: {e.Message}");
        }
    }

    private static ConfigurationLayer Load(string path, byte[] text, JsonOutline outline)
    {
        using var stream = new MemoryStream(text);
        IConfigurationRoot root = new ConfigurationBuilder().AddJsonStream(stream).Build();
        var layer = new ConfigurationLayer();
        foreach ((string key, string? value) in root.AsEnumerable())
        {
            bool isParent = value is null && root.GetSection(key).GetChildren().Any();
            if (!isParent)
                layer.Set(key, value, outline.Lines.TryGetValue(key, out int line) ? $"{path}:{line}" : path);
        }
        return layer;
    }

    private static ConfigurationLayer Refuse(string path, List<ConfigurationFault> faults, string rule)
    {
        faults.Add(new ConfigurationFault(path, null, rule, ""));
        return new ConfigurationLayer();
    }

    private static byte[] WithoutByteOrderMark(byte[] text) =>
        text.AsSpan().StartsWith("\uFEFF"u8) ? text[3..] : text;

    // The parser's message ends with the place once more, counted from 0.
    private static string Cause(JsonException e) => e.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
}
