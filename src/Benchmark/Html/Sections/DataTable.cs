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
    /// <param name="wordColumns">Columns of a table of figures that hold names.</param>
    public static void Write(
        MarkupWriter writer, string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows,
        bool isWords = false, params int[] wordColumns)
    {
        using (writer.Element("div", ("class", "scroll"), ("tabindex", "0")))
        using (writer.Element("table", ("class", isWords ? "words" : "figures")))
        {
            writer.Leaf("caption", caption);
            using (writer.Element("thead"))
            using (writer.Element("tr"))
            {
                for (int i = 0; i < columns.Count; i++)
                    writer.Leaf("th", columns[i], ("scope", "col"), ("class", ClassOf(i)));
            }
            using (writer.Element("tbody"))
            {
                foreach (IReadOnlyList<string> row in rows)
                {
                    using (writer.Element("tr"))
                    {
                        writer.Leaf("th", row[0], ("scope", "row"));
                        for (int i = 1; i < row.Count; i++)
                            writer.Leaf("td", row[i], ("class", ClassOf(i)));
                    }
                }
            }
        }
        writer.Break();
        string? ClassOf(int column) => wordColumns.Contains(column) ? "name" : null;
    }
}
