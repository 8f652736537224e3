using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>The reasons why an operation could not grow: their order, their colours, their meaning.</summary>
internal static class RefusalReasons
{
    private static readonly string[] s_known = Enum.GetNames<MergeRefusal>();

    private static readonly (MergeRefusal Reason, string Meaning)[] s_meanings =
    [
        (MergeRefusal.Alone, "no neighbour was there to merge with"),
        (MergeRefusal.Direction, "the neighbour goes the other way: one reads, the other writes"),
        (MergeRefusal.Gap, "the neighbour is further away than Merge:ReadGapBytes, or it is a write"),
        (MergeRefusal.Size, "Merge:MaxBytes, Merge:MaxRequests or the store's own limit was reached"),
        (MergeRefusal.Segments, "Merge:MaxSegments or the store's own limit was reached"),
        (MergeRefusal.Boundary, "the operation would cross a boundary of the store"),
        (MergeRefusal.Overlap, "the neighbour waits for an earlier request that it overlaps"),
        (MergeRefusal.Sync, "one must be durable when it is answered, the other need not"),
        (MergeRefusal.Sealed, "the policy does not let operations grow that way, or merging is limited"),
    ];

    /// <summary>The reasons that came up in a group, known ones first.</summary>
    public static string[] Of(CellGroup group) =>
    [
        .. group.Cells.SelectMany(view => view.Cell.Merging?.Refusals.Keys ?? []).Distinct()
            .OrderBy(reason => Place(reason)).ThenBy(reason => reason, StringComparer.Ordinal),
    ];

    /// <summary>The class of a reason's colour: the same in every chart.</summary>
    public static string ClassOf(string reason) => FormattableString.Invariant($"r{Math.Min(Place(reason), 9)}");

    /// <summary>Writes what the reasons mean.</summary>
    public static void WriteMeanings(MarkupWriter writer)
    {
        using (writer.Element("section", ("class", "panel"), ("aria-labelledby", "reasons")))
        {
            writer.Leaf("h2", "Why an operation stops growing", ("id", "reasons"));
            using (writer.Element("dl", ("class", "meanings")))
            {
                foreach ((MergeRefusal reason, string meaning) in s_meanings)
                {
                    using (writer.Element("div"))
                    {
                        writer.Leaf("dt", reason.ToString());
                        writer.Leaf("dd", meaning);
                    }
                }
            }
        }
        writer.Break();
    }

    private static int Place(string reason)
    {
        int place = Array.IndexOf(s_known, reason);
        return place < 0 ? s_known.Length : place;
    }
}
