using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.View;

/// <summary>
/// A report in the order in which the page shows it: stores, in them workloads, in them strategies. Cells whose names
/// the report's lists do not have are shown too, behind the others. Immutable.
/// </summary>
internal sealed class ReportView
{
    /// <summary>Puts a report in order.</summary>
    public ReportView(BenchmarkReport report)
    {
        Report = report;
        List<StrategyFacts> facts = Named(report.Strategies, strategy => strategy.Name,
            report.Cells.Select(cell => cell.Strategy),
            name => new StrategyFacts(name, StrategyKind.Strategy, "", new Dictionary<string, string>()));
        Strategies = [.. facts.Select((one, index) => new StrategyView(
            one, index, facts.Take(index).Count(other => IsOwn(other) == IsOwn(one))))];
        Workloads = Named(report.Workloads, workload => workload.Name, report.Cells.Select(cell => cell.Workload),
            name => new WorkloadFacts(name, ""));
        IReadOnlyList<StoreFacts> stores = Named(report.Stores, store => store.Name,
            report.Cells.Select(cell => cell.Store), name => new StoreFacts(name, ""));
        Blocks =
        [
            .. stores
                .SelectMany(store => Enum.GetValues<RunKind>().Select(kind => (Store: store, Kind: kind)))
                .Select(key => (key.Store, key.Kind, Groups: Groups(key.Store.Name, key.Kind)))
                .Where(block => block.Groups.Count > 0)
                .Select((block, index) => new StoreBlock(block.Store, block.Kind, block.Groups, index)),
        ];
    }

    /// <summary>The report.</summary>
    public BenchmarkReport Report { get; }

    /// <summary>The strategies, in the order of columns.</summary>
    public IReadOnlyList<StrategyView> Strategies { get; }

    /// <summary>The workloads, in the order of rows.</summary>
    public IReadOnlyList<WorkloadFacts> Workloads { get; }

    /// <summary>What was measured, by store.</summary>
    public IReadOnlyList<StoreBlock> Blocks { get; }

    private List<CellGroup> Groups(string store, RunKind kind)
    {
        Dictionary<string, StrategyView> strategies = Strategies.ToDictionary(strategy => strategy.Facts.Name);
        ILookup<string, Cell> cells = Report.Cells
            .Where(cell => cell.Store == store && cell.Kind == kind)
            .ToLookup(cell => cell.Workload);
        return
        [
            .. Workloads.Where(workload => cells.Contains(workload.Name)).Select(workload => new CellGroup(
                workload,
                [
                    .. cells[workload.Name].Select(cell => new CellView(cell, strategies[cell.Strategy]))
                        .OrderBy(view => view.Strategy.Index),
                ],
                [.. Report.References.Where(figure => figure.Workload == workload.Name)])),
        ];
    }

    private static bool IsOwn(StrategyFacts facts) => facts.Kind == StrategyKind.Strategy;

    // What is listed, then what is only used; each name once.
    private static List<T> Named<T>(
        IEnumerable<T> listed, Func<T, string> nameOf, IEnumerable<string> used, Func<string, T> unlisted)
    {
        var all = listed.DistinctBy(nameOf).ToList();
        HashSet<string> known = [.. all.Select(nameOf)];
        foreach (string name in used)
        {
            if (known.Add(name))
                all.Add(unlisted(name));
        }
        return all;
    }
}
