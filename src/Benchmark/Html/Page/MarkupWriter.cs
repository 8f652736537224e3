using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace IoMerge.Benchmark.Html.Page;

/// <summary>
/// Writes HTML and SVG. Every text and every attribute is escaped on its way in, so nothing that a report says can
/// become markup; the one door past that is <see cref="Verbatim"/>, for the page's own style and script. Not
/// thread-safe.
/// </summary>
internal sealed class MarkupWriter
{
    // Letters of all languages stay as they are; what means something to a browser does not.
    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _markup = new();
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element, which ends when the result is disposed of.</summary>
    /// <param name="name">Name of the element.</param>
    /// <param name="attributes">Its attributes; those whose value is null are left out.</param>
    public ElementEnd Element(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(name, attributes);
        _markup.Append('>');
        _open.Push(name);
        return new ElementEnd(this);
    }

    /// <summary>An element that holds nothing but a text.</summary>
    public void Leaf(string name, string text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        using (Element(name, attributes))
            Text(text);
    }

    /// <summary>An element of HTML that never has an end, such as <c>meta</c>.</summary>
    public void Void(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(name, attributes);
        _markup.Append('>');
    }

    /// <summary>A shape of SVG: an element without content.</summary>
    public void Shape(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(name, attributes);
        _markup.Append("/>");
    }

    /// <summary>A text.</summary>
    public void Text(string text) => _markup.Append(s_encoder.Encode(text));

    /// <summary>A line break in the source, for those who read it.</summary>
    public void Break() => _markup.Append('\n');

    /// <summary>Markup of the program's own, never of a report's.</summary>
    public void Verbatim(string markup) => _markup.Append(markup);

    /// <summary>What was written.</summary>
    public override string ToString() => _open.Count == 0
        ? _markup.ToString()
        : throw new InvalidOperationException($"The element {_open.Peek()} is still open.");

    private void Start(string name, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        _markup.Append('<').Append(name);
        foreach ((string key, string? value) in attributes)
        {
            if (value is not null)
                _markup.Append(' ').Append(key).Append("=\"").Append(s_encoder.Encode(value)).Append('"');
        }
    }

    private void End() => _markup.Append("</").Append(_open.Pop()).Append('>');

    /// <summary>The end of an element that is open.</summary>
    internal readonly struct ElementEnd(MarkupWriter writer) : IDisposable
    {
        /// <summary>Writes it.</summary>
        public void Dispose() => writer.End();
    }
}
