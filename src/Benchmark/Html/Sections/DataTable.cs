using IoMerge.Benchmark.Html.Page;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>A table with headings for rows and columns, which scrolls by itself where the window is narrow.</summary>
internal static class DataTable
{
    /// <summary>Writes it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="caption">What it holds.</param>
    /// <param name="columns">Headings; the first is that of the rows' names.</param>
    /// <param name="rows">The cells of each row, its name first.</param>
    /// <param name="isWords">Whether cells hold sentences rather than figures.</param>
    public static void Write(
        MarkupWriter writer, string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows,
        bool isWords = false)
    {
        using (writer.Element("div", ("class", "scroll"), ("tabindex", "0")))
        using (writer.Element("table", ("class", isWords ? "words" : "figures")))
        {
            writer.Leaf("caption", caption);
            using (writer.Element("thead"))
            using (writer.Element("tr"))
            {
                foreach (string column in columns)
                    writer.Leaf("th", column, ("scope", "col"));
            }
            using (writer.Element("tbody"))
            {
                foreach (IReadOnlyList<string> row in rows)
                {
                    using (writer.Element("tr"))
                    {
                        writer.Leaf("th", row[0], ("scope", "row"));
                        foreach (string cell in row.Skip(1))
                            writer.Leaf("td", cell);
                    }
                }
            }
        }
        writer.Break();
    }
}
