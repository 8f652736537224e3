using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>What each strategy is, and the settings that make it.</summary>
internal static class StrategySection
{
    /// <summary>Writes the section; nothing where there are no strategies.</summary>
    public static void Write(MarkupWriter writer, ReportView view)
    {
        if (view.Strategies.Count == 0)
            return;
        using (writer.Element("section", ("class", "panel"), ("aria-labelledby", "strategies")))
        {
            writer.Leaf("h2", "The strategies", ("id", "strategies"));
            DataTable.Write(writer, "What was compared", ["Name", "What it is", "Settings"],
                view.Strategies.Select(strategy => (string[])
                [
                    strategy.Label, strategy.Facts.Description,
                    string.Join(", ", strategy.Facts.Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal)
                        .Select(setting => $"{setting.Key}={setting.Value}")),
                ]), isWords: true);
        }
        writer.Break();
    }
}
