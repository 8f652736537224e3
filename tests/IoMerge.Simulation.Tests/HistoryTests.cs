using System.Globalization;

namespace IoMerge.Simulation.Tests;

/// <summary>
/// Thousands of histories a run. A failing seed is printed; IOMERGE_SEED=N replays it alone, IOMERGE_HISTORIES=N runs
/// more of them.
/// </summary>
public class HistoryTests
{
    private const int DefaultHistories = 12_000;

    [Fact]
    public void Contract_HoldsInEveryHistory()
    {
        if (Setting("IOMERGE_SEED") is { } one)
        {
            AssertHolds(one);
            return;
        }
        int first = Environment.TickCount & 0xFFFFFF;
        int count = Setting("IOMERGE_HISTORIES") ?? DefaultHistories;
        TestContext.Current.TestOutputHelper?.WriteLine($"Seeds {first} to {first + count - 1}.");
        Parallel.For(first, first + count, AssertHolds);
    }

    [Theory]
    [InlineData(PlantedBug.LostTail)]
    [InlineData(PlantedBug.Misplaced)]
    [InlineData(PlantedBug.EarlyOverlap)]
    [InlineData(PlantedBug.EarlyFlush)]
    [InlineData(PlantedBug.DoubleAnswer)]
    public void APlantedBug_IsCaught(object bug)
    {
        int caught = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            using var history = new History(seed, (PlantedBug)bug);
            if (history.Run().Count > 0)
                caught++;
        }
        Assert.True(caught > 20, $"Only {caught} of 200 histories noticed {bug}.");
    }

    private static void AssertHolds(int seed)
    {
        using var history = new History(seed);
        IReadOnlyList<string> findings = history.Run();
        Assert.True(findings.Count == 0,
            $"Seed {seed} (replay with IOMERGE_SEED={seed}):\n{string.Join('\n', findings.Distinct().Take(10))}");
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : null;
}
