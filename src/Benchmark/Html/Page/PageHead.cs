using System.Security.Cryptography;
using System.Text;
using IoMerge.Benchmark.Html.Charts;

namespace IoMerge.Benchmark.Html.Page;

/// <summary>
/// What is the same on every page: style, script, and a rule for the browser that nothing is loaded from anywhere and
/// no other script runs, whatever a report contains.
/// </summary>
internal static class PageHead
{
    private static readonly string s_style = Resource("report.css");
    private static readonly string s_script = Resource("report.js");

    // What tells writes from reads without a colour; shapes refer to it by name.
    private const string Hatch = """
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="ground" width="6" height="6"/><path class="stroke" d="M0 0V6"/></pattern>
        """;

    /// <summary>Writes the head.</summary>
    public static void Write(MarkupWriter writer, string title)
    {
        using (writer.Element("head"))
        {
            writer.Void("meta", ("charset", "utf-8"));
            writer.Void("meta", ("http-equiv", "Content-Security-Policy"), ("content",
                $"default-src 'none'; style-src '{Hash(s_style)}'; script-src '{Hash(s_script)}'; base-uri 'none'; "
                    + "form-action 'none'"));
            writer.Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
            writer.Void("meta", ("name", "color-scheme"), ("content", "light dark"));
            writer.Leaf("title", $"{title} – iomerge");
            using (writer.Element("style"))
                writer.Verbatim(s_style);
        }
    }

    /// <summary>Writes what stands at the end of the body.</summary>
    public static void WriteEnd(MarkupWriter writer)
    {
        using (writer.Element("svg", ("class", "defs"), ("aria-hidden", "true")))
        using (writer.Element("defs"))
        {
            writer.Verbatim(Hatch);
            RowChart.WriteShapes(writer);
        }
        using (writer.Element("div", ("id", "tip"), ("role", "status"), ("hidden", "")))
        {
        }
        using (writer.Element("script"))
            writer.Verbatim(s_script);
    }

    private static string Hash(string text) =>
        "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Resource(string name)
    {
        using Stream stream = typeof(PageHead).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
