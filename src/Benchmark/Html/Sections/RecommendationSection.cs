using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>The strategies that are recommended, with reasons and the settings to copy.</summary>
internal static class RecommendationSection
{
    /// <summary>Writes the section; nothing where nothing is recommended.</summary>
    public static void Write(MarkupWriter writer, IReadOnlyList<Recommendation> recommendations)
    {
        if (recommendations.Count == 0)
            return;
        using (writer.Element("section", ("class", "panel"), ("aria-labelledby", "recommended")))
        {
            writer.Leaf("h2", "Recommended", ("id", "recommended"));
            using (writer.Element("div", ("class", "cards")))
            {
                foreach (Recommendation recommendation in recommendations)
                    WriteCard(writer, recommendation);
            }
        }
        writer.Break();
    }

    private static void WriteCard(MarkupWriter writer, Recommendation recommendation)
    {
        using (writer.Element("article", ("class", "card")))
        {
            writer.Leaf("p", $"{recommendation.Workload} on {recommendation.Store}", ("class", "quiet"));
            writer.Leaf("h3", recommendation.Strategy);
            using (writer.Element("ul"))
            {
                foreach (string reason in recommendation.Reasons)
                    writer.Leaf("li", reason);
            }
            CopyBox.Write(writer, recommendation.Settings, "Copy the settings for appsettings.json");
        }
    }
}
