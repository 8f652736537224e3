using IoMerge.Benchmark.Html.Page;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>A text that somebody will want in the clipboard.</summary>
internal static class CopyBox
{
    /// <summary>Writes it, with a button.</summary>
    public static void Write(MarkupWriter writer, string text, string label)
    {
        using (writer.Element("div", ("class", "copy")))
        {
            writer.Leaf("pre", text, ("tabindex", "0"));
            writer.Leaf("button", "Copy", ("type", "button"), ("class", "needs-script"), ("aria-label", label));
        }
    }
}
