using System.Globalization;

namespace IoMerge.Simulation.Tests;

/// <summary>
/// The contract under real threads. How they run is not in the seed, so a failing one is worth several tries:
/// IOMERGE_THREADED_SEED=N runs that history alone, a hundred times.
/// </summary>
public class ThreadedHistoryTests
{
    private const int Histories = 24;
    private const int Rounds = 25;

    [Fact]
    public async Task Contract_HoldsUnderThreads()
    {
        bool isReplay = Environment.GetEnvironmentVariable("IOMERGE_THREADED_SEED") is { Length: > 0 };
        int first = isReplay
            ? int.Parse(Environment.GetEnvironmentVariable("IOMERGE_THREADED_SEED")!, CultureInfo.InvariantCulture)
            : Environment.TickCount & 0xFFFFFF;
        for (int i = 0; i < (isReplay ? 100 : Histories); i++)
        {
            int seed = isReplay ? first : first + i;
            await using var history = new ThreadedHistory(seed);
            IReadOnlyList<string> findings = await history.RunAsync(Rounds);
            Assert.True(findings.Count == 0, $"Seed {seed} (again with IOMERGE_THREADED_SEED={seed}):\n"
                + string.Join('\n', findings.Distinct().Take(10)));
        }
    }

    [Fact]
    public async Task APlantedBug_IsCaughtUnderThreads()
    {
        int caught = 0;
        for (int seed = 0; seed < 5; seed++)
        {
            await using var history = new ThreadedHistory(seed, PlantedBug.LostTail);
            if ((await history.RunAsync(Rounds)).Count > 0)
                caught++;
        }
        Assert.True(caught >= 3, $"Only {caught} of 5 histories noticed that the store lies.");
    }
}
