using System.Globalization;
using IoMerge.Benchmark.Matrix.Rounds;
using IoMerge.Benchmark.Mounted;
using IoMerge.Benchmark.Mounted.Targets;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Origin;

/// <summary>What the origin's table is measured with.</summary>
/// <param name="Command">The command line that repeats it.</param>
/// <param name="Machine">The machine.</param>
/// <param name="Options">The program and the folders; the size of volumes is that of the table.</param>
/// <param name="Rounds">How often each field is measured, 1 or more.</param>
public sealed record OriginRequest(string Command, MachineFacts Machine, MountedOptions Options, int Rounds);

/// <summary>
/// Repeats the table that came with the kernel's asynchronous direct I/O for FUSE: three mounts side by side over files
/// on a tmpfs, rounds interleaved. Merging can be set up in two ways; a trial before the rounds chooses, so that the
/// choice does not flatter the figures.
/// </summary>
public static class OriginBenchmark
{
    private const string Store = "tmpfs";
    private const int TrialRounds = 2;

    private static int Steps(int rounds) =>
        OriginTable.Rows.Count * (OriginTable.MergedCandidates.Count * TrialRounds + 3 * rounds);

    /// <summary>Measures the table, or what there is time for until it is stopped.</summary>
    /// <param name="request">With what.</param>
    /// <param name="progress">Who is told how far it is.</param>
    /// <param name="time">The clock of the report; rounds measure their own time.</param>
    /// <param name="stop">Ends it early; what was measured until then is in the report.</param>
    public static async Task<BenchmarkReport> RunAsync(
        OriginRequest request, IMatrixProgress progress, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(time);
        DateTimeOffset startedAt = time.GetUtcNow();
        long start = time.GetTimestamp();
        progress.Begin(Steps(request.Rounds));
        var run = new Run(new MountedRuns(request.Options with { VolumeBytes = OriginTable.FileBytes }), progress);
        await using (run.ConfigureAwait(false))
        {
            bool isComplete = await run.TryAsync(request.Rounds, stop).ConfigureAwait(false);
            return new BenchmarkReport
            {
                FormatVersion = BenchmarkReport.CurrentFormatVersion,
                Title = "The table of 2013: direct I/O through FUSE, original, patched and merged",
                Command = request.Command,
                StartedAt = startedAt,
                DurationSeconds = time.GetElapsedTime(start).TotalSeconds,
                IsComplete = isComplete,
                Machine = request.Machine,
                Strategies = run.Columns,
                Workloads = [.. OriginTable.Rows.Select(row => row.Facts)],
                Stores = [MountedRuns.Describe(Store)!],
                Cells = run.Cells(),
                LeftOut = run.LeftOut,
                Notes = run.Notes,
                References = OriginTable.References,
            };
        }
    }

    /// <summary>One run and what it has up.</summary>
    private sealed class Run(MountedRuns runs, IMatrixProgress progress) : IAsyncDisposable
    {
        private readonly List<DrivenTarget> _targets = [];
        private readonly Dictionary<(string Workload, string Strategy), CellBook> _books = [];

        public List<LeftOut> LeftOut { get; } = [];

        public List<string> Notes { get; } = [];

        public IReadOnlyList<StrategyFacts> Columns => [.. _targets.Select(target => target.Strategy)];

        public async Task<bool> TryAsync(int rounds, CancellationToken stop)
        {
            try
            {
                StrategyFacts merged = await ChooseAsync(stop).ConfigureAwait(false);
                foreach (StrategyFacts column in (StrategyFacts[])[OriginTable.Original, OriginTable.Patched, merged])
                    await StartAsync(column, stop).ConfigureAwait(false);
                // The first run of code is slow.
                foreach (DrivenTarget target in _targets)
                    await MeasureAsync(target, OriginTable.Rows[^1], "warming up", stop).ConfigureAwait(false);
                foreach ((int round, int row, int column) in
                    RoundOrder.Of(rounds, OriginTable.Rows.Count, _targets.Count))
                {
                    RoundResult result = await MeasureAsync(_targets[column], OriginTable.Rows[row],
                        $"round {round + 1} of {rounds}", stop).ConfigureAwait(false);
                    BookOf(OriginTable.Rows[row].Facts.Name, _targets[column].Strategy.Name).Add(result);
                    progress.Done(1);
                }
                return true;
            }
            catch (RunException e)
            {
                LeftOut.Add(e.LeftOut);
                return false;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return false;
            }
        }

        public IReadOnlyList<Cell> Cells() =>
        [
            .. OriginTable.Rows.SelectMany(row => _targets.Select(target => _books
                .GetValueOrDefault((row.Facts.Name, target.Strategy.Name))
                ?.Build(target.Strategy.Name, row.Facts.Name, Store, RunKind.Mounted)).OfType<Cell>()),
        ];

        public async ValueTask DisposeAsync()
        {
            foreach (DrivenTarget target in _targets)
                await target.DisposeAsync().ConfigureAwait(false);
            await runs.DisposeAsync().ConfigureAwait(false);
        }

        /// <summary>Tries the ways of merging beside each other, and stops them again.</summary>
        private async Task<StrategyFacts> ChooseAsync(CancellationToken stop)
        {
            IReadOnlyList<StrategyFacts> candidates = OriginTable.MergedCandidates;
            var logarithms = new double[candidates.Count];
            try
            {
                foreach (StrategyFacts candidate in candidates)
                    await StartAsync(candidate, stop).ConfigureAwait(false);
                foreach ((_, int row, int column) in
                    RoundOrder.Of(TrialRounds, OriginTable.Rows.Count, candidates.Count))
                {
                    RoundResult result = await MeasureAsync(
                        _targets[column], OriginTable.Rows[row], "choosing how to merge", stop).ConfigureAwait(false);
                    logarithms[column] += Math.Log(result.Bytes / result.Seconds);
                    progress.Done(1);
                }
            }
            finally
            {
                foreach (DrivenTarget target in _targets)
                    await target.DisposeAsync().ConfigureAwait(false);
                _targets.Clear();
            }
            int trials = TrialRounds * OriginTable.Rows.Count;
            int best = logarithms[0] >= logarithms[1] ? 0 : 1;
            double ratio = Math.Exp((logarithms[best] - logarithms[1 - best]) / trials);
            Notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"merged uses DirectMode {ModeOf(candidates[best])}: in the trial before the rounds it moved "
                + $"{ratio:0.00} times what {ModeOf(candidates[1 - best])} did (geometric mean over the rows)."));
            return candidates[best];
        }

        private async Task StartAsync(StrategyFacts column, CancellationToken stop)
        {
            progress.Doing($"starting {column.Name}");
            _targets.Add(await runs.StartTargetAsync(column, Store, stop).ConfigureAwait(false));
        }

        private Task<RoundResult> MeasureAsync(
            DrivenTarget target, OriginTable.Row row, string what, CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            progress.Doing($"{what}, {row.Facts.Name}, {target.Strategy.Name}");
            return target.RunAsync(row.Facts.Name, (_, _) => Task.CompletedTask,
                (server, stopping) => OriginLoad.RunAsync(row, server, stopping), stop);
        }

        private CellBook BookOf(string workload, string strategy)
        {
            if (!_books.TryGetValue((workload, strategy), out CellBook? book))
                _books.Add((workload, strategy), book = new CellBook());
            return book;
        }

        private static string ModeOf(StrategyFacts column) => column.Settings["Fuse:DirectMode"];
    }
}
