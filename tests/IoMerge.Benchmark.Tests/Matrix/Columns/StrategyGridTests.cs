using IoMerge.Benchmark.Matrix.Columns;
using IoMerge.Benchmark.Strategies;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Tests.Matrix.Columns;

/// <summary>Lists of settings, multiplied.</summary>
public sealed class StrategyGridTests
{
    [Fact]
    public void Lists_AreMultiplied_AndNamedByWhatVaries()
    {
        var grid = new StrategyGrid { Policies = ["Fifo", "Scan"], Depths = ["4", "32"], Gaps = ["16KiB"] };

        IReadOnlyList<StrategySpec> columns = grid.Expand();

        Assert.Equal(["Fifo/depth-4", "Fifo/depth-32", "Scan/depth-4", "Scan/depth-32"], columns.Select(c => c.Name));
        Assert.All(columns, column => Assert.Equal("16KiB", column.Settings["Scheduler:Merge:ReadGapBytes"]));
        Assert.Equal("32", columns[1].Settings["Scheduler:Depth"]);
    }

    [Fact]
    public void WithoutPolicies_TheDefaultOneIsMeant() => Assert.Equal(
        ["Deadline/hold-Off", "Deadline/hold-SelfClocked"],
        new StrategyGrid { Holds = ["Off", "SelfClocked"] }.Expand().Select(column => column.Name));

    [Fact]
    public void PolicyNone_IsOneColumn_BecauseItNeitherMergesNorWaits()
    {
        IReadOnlyList<StrategySpec> columns = new StrategyGrid
        {
            Policies = ["none", "Fifo"], MergeLevels = ["Off", "All"], Holds = ["Off", "Fixed"],
        }.Expand();

        Assert.Equal(
            ["none", "Fifo/merge-Off/hold-Off", "Fifo/merge-Off/hold-Fixed", "Fifo/merge-All/hold-Off",
                "Fifo/merge-All/hold-Fixed"],
            columns.Select(column => column.Name));
        Assert.Equal(["Scheduler:Policy"], columns[0].Settings.Keys);
    }

    [Fact]
    public void LimitsOfMerging_DoNotMultiplyWhatDoesNotMerge()
    {
        IReadOnlyList<StrategySpec> columns = new StrategyGrid
        {
            MergeLevels = ["Off", "All"], MaxBytes = ["64KiB", "1MiB"],
        }.Expand();

        Assert.Equal(
            ["Deadline/merge-Off", "Deadline/merge-All/max-64KiB", "Deadline/merge-All/max-1MiB"],
            columns.Select(column => column.Name));
    }

    [Fact]
    public void NothingAskedFor_ComparesTheDefaults() =>
        Assert.Equal(StrategyColumns.Default.Select(column => column.Name), Choose(new StrategyGrid()));

    [Fact]
    public void SingleStrategies_StandBesideTheProduct_OrAlone()
    {
        Assert.Equal(["mine"], Choose(new StrategyGrid(), "mine=Scan,Depth=4"));
        Assert.Equal(["Fifo", "mine"], Choose(new StrategyGrid { Policies = ["Fifo"] }, "mine=Scan"));
    }

    [Fact]
    public void TwoColumnsOfOneName_AreRefused() => Assert.Contains("\"Fifo\"",
        Assert.Throws<FormatException>(() => Choose(new StrategyGrid { Policies = ["Fifo"] }, "fifo")).Message,
        StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void AFaultOfASetting_NamesTheStrategy()
    {
        FormatException exception = Assert.Throws<FormatException>(() => StrategyColumns.Choose(
            new StrategyGrid { Policies = ["Fifo"] }, [], new Reader(_ => throw new FormatException("no such key"))));

        Assert.Contains("\"Fifo\"", exception.Message, StringComparison.Ordinal);
        Assert.Contains("no such key", exception.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Choose(StrategyGrid grid, params string[] single) =>
        StrategyColumns.Choose(grid, single, new Reader(_ => new SchedulerOptions()))
            .Select(column => column.Facts.Name);

    private sealed class Reader(Func<IReadOnlyDictionary<string, string>, SchedulerOptions> read)
        : ISchedulerOptionsReader
    {
        public SchedulerOptions Read(IReadOnlyDictionary<string, string> settings) => read(settings);
    }
}
