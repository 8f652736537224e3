using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.View;

/// <summary>All that was run on one store in one way.</summary>
/// <param name="Store">The store.</param>
/// <param name="Kind">How it was run.</param>
/// <param name="Groups">One for each workload, in the order of the report's rows.</param>
/// <param name="Index">Its place on the page.</param>
internal sealed record StoreBlock(StoreFacts Store, RunKind Kind, IReadOnlyList<CellGroup> Groups, int Index)
{
    /// <summary>How it was run, in words.</summary>
    public string KindText => Kind switch
    {
        RunKind.Mounted => "through a mount",
        RunKind.InProcess => "in one process, without FUSE",
        RunKind.Replayed => "a trace in real time",
        RunKind.Virtual => "a trace in virtual time against a model",
        _ => Kind.ToString(),
    };

    /// <summary>The strategies that appear in it, in the order of columns.</summary>
    public IReadOnlyList<StrategyView> Strategies =>
    [
        .. Groups.SelectMany(group => group.Cells).Select(view => view.Strategy).Distinct()
            .OrderBy(strategy => strategy.Index),
    ];
}
