using IoMerge.Benchmark.Html.View;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>Names within the page. They are made of numbers, never of names that users gave.</summary>
internal static class Anchors
{
    /// <summary>A store's block.</summary>
    public static string OfStore(StoreBlock block) => FormattableString.Invariant($"s{block.Index}");

    /// <summary>A workload, wherever it was run.</summary>
    public static string OfWorkload(ReportView view, CellGroup group) =>
        FormattableString.Invariant($"w{view.Workloads.ToList().IndexOf(group.Workload)}");

    /// <summary>A workload on a store.</summary>
    public static string Of(ReportView view, StoreBlock block, CellGroup group) =>
        $"{OfStore(block)}-{OfWorkload(view, group)}";
}
