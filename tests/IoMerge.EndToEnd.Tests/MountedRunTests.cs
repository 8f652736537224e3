using IoMerge.Benchmark.Matrix.Workloads;
using IoMerge.Benchmark.Mounted;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.EndToEnd.Tests;

/// <summary>
/// Rounds of real mounts, bare stores and peers, as a benchmark makes them: plausible, never fast. Each leaves nothing
/// behind.
/// </summary>
public sealed class MountedRunTests : IDisposable
{
    private static readonly RoundOptions s_short = new(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.05));

    private static readonly StrategyFacts s_default =
        new("default", StrategyKind.Strategy, "As installed.", new Dictionary<string, string>());

    private static readonly StrategyFacts s_none = new("None", StrategyKind.Strategy, "Straight through.",
        new Dictionary<string, string> { ["Scheduler:Policy"] = "None" });

    private readonly TemporaryFolder _folder = new();

    [MountTheory]
    [InlineData("memory")]
    [InlineData("tmpfs")]
    [InlineData("file")]
    [InlineData("loop")]
    [InlineData("loop-1000iops")]
    [InlineData("nbd-memory")]
    [InlineData("nbd-delay1ms")]
    public async Task ARound_OfAMount_IsPlausible(string store)
    {
        RoundResult result = await RunAsync(s_default, store, Sequential);

        Assert.InRange(result.Requests, 32, long.MaxValue);
        Assert.Equal((result.Requests * 4096, 0), (result.Bytes, result.Errors));
        Assert.InRange(result.Seconds, 0.1, 60);
        Assert.Equal(result.Requests, result.Latency!.TotalCount);
        Assert.NotNull(result.CpuSeconds);
        // fio counts what completed while its clock ran; what was outstanding at the end arrived all the same.
        Assert.InRange(result.Merging!.Requests, result.Requests, result.Requests + Sequential.Depth);
        Assert.InRange(result.Merging.Operations, 1, result.Merging.Requests);
    }

    [MountFact]
    public async Task OnAThrottledDevice_SequentialRequestsTravelTogether_AndNoneDoesNot()
    {
        RoundResult merged = await RunAsync(s_default, "loop-1000iops", Sequential);
        RoundResult single = await RunAsync(s_none, "loop-1000iops", Sequential);

        Assert.InRange(merged.Merging!.MergeRatio, 4, 256);
        Assert.Equal(single.Merging!.Requests, single.Merging.Operations);
    }

    [MountFact]
    public async Task OverASerialNetwork_SequentialRequestsTravelTogether_AndNbdfuseOnTheSameServerRuns()
    {
        RoundResult merged = await RunAsync(s_default, "nbd-delay1ms-serial", Sequential);
        RoundResult peer = await RunAsync(
            MountedRuns.Others.Single(other => other.Name == "nbdfuse"), "nbd-delay1ms-serial", Sequential);

        Assert.InRange(merged.Merging!.MergeRatio, 4, 256);
        Assert.InRange(peer.Requests, 1, long.MaxValue);
        Assert.Equal(0, merged.Errors + peer.Errors);
    }

    [MountFact]
    public async Task TheThrottle_HoldsWhatTheBareDeviceIsSent()
    {
        RoundResult raw = await RunAsync(MountedRuns.Others.Single(other => other.Kind == StrategyKind.Raw),
            "loop-200iops", Sequential with { Pattern = AccessPattern.Random });

        // An upper bound that a machine under any load keeps: the kernel grants a burst at the start, and no more.
        Assert.InRange(raw.Requests / raw.Seconds, 1, 1000);
        Assert.Null(raw.Merging);
        Assert.Null(raw.CpuSeconds);
    }

    [MountTheory]
    [InlineData("tmpfs")]
    [InlineData("nbd-memory")]
    public async Task EveryOther_OnAStore_CompletesARound_OrSaysWhyNot(string store)
    {
        foreach (StrategyFacts other in MountedRuns.Others)
        {
            try
            {
                RoundResult result = await RunAsync(other, store, Sequential with { ReadPercent = 50 });

                Assert.InRange(result.Requests, 1, long.MaxValue);
            }
            catch (RunException e)
            {
                Assert.Matches("apt-get install|Compare with nbdfuse", e.LeftOut.WayOut);
            }
        }
    }

    [MountFact]
    public async Task SeveralStreams_AreToldApart_AndAWatchedRoundHasItsQueue()
    {
        RoundResult result = await RunAsync(
            s_default, "loop-1000iops", Sequential with { Streams = 3 }, s_short with { Watch = true });

        Assert.Equal(["stream 1", "stream 2", "stream 3"], result.Callers.Select(caller => caller.Name));
        Assert.Equal(result.Bytes, result.Callers.Sum(caller => caller.Bytes));
        Assert.NotEmpty(result.QueueDepth);
    }

    [MountTheory]
    [InlineData("memory")]
    [InlineData("loop-1000iops")]
    public async Task AWatchedRound_KnowsTheFewestOperationsForWhatArrived(string store)
    {
        RoundResult merged = await RunAsync(s_default, store, Sequential, s_short with { Watch = true });
        RoundResult single = await RunAsync(s_none, store, Sequential, s_short with { Watch = true });

        // 32 outstanding reads in order can travel together, but for those at the ends of the look.
        Assert.InRange(single.Merging!.OptimalOperations!.Value,
            single.Merging.Requests / 32, single.Merging.Requests / 8 + 2);
        Assert.Equal(single.Merging.Requests, single.Merging.Operations);
        Assert.InRange(merged.Merging!.OptimalOperations!.Value, 1, merged.Merging.Operations + 1);
        AssertIsWhole(merged.Picture);
        Assert.All(single.Picture!.Operations, operation => Assert.Equal(1, operation.Members));
        // A reader takes many requests with one call, but answers each: as many calls as requests, or nearly.
        Assert.InRange(merged.SystemCallsPerRequest!.Value, 0.01, 100);
        AssertNothingIsLeft();
    }

    /// <summary>Most of what came is in a box that left after it, and a box is no larger than what it says.</summary>
    private static void AssertIsWhole(ElevatorPicture? picture)
    {
        Assert.NotNull(picture);
        Assert.NotEmpty(picture.Operations);
        Assert.All(picture.Operations, operation => Assert.Equal(operation.Members * 4096L, operation.Length));
        int carried = picture.Arrivals.Count(arrival => picture.Operations.Any(operation =>
            operation.Offset <= arrival.Offset && operation.Offset + operation.Length >= arrival.Offset + 4096
            && operation.ToUs >= arrival.AtUs));
        Assert.InRange(carried, picture.Arrivals.Count / 2, picture.Arrivals.Count);
    }

    [MountTheory]
    [InlineData("time_us,op,volume,offset,length\n0,W,d,0,4096\n5000000,R,d,1073741824,8192\n")]
    [InlineData("fio version 3 iolog\n1 /d add\n1 /d open\n1 /d write 0 4096\n5000000 /d read 1073741824 8192\n")]
    public async Task ATraceOfAnyFormat_IsSentWithoutItsPauses_UntilTheRoundEnds(string text)
    {
        string trace = _folder.File("some.trace");
        await File.WriteAllTextAsync(trace, text, TestContext.Current.CancellationToken);

        RoundResult result = await RunAsync(s_default, "memory", FileWorkload.OfTrace(trace));

        Assert.Equal(0, result.Errors);
        Assert.InRange(result.Requests, 100, long.MaxValue);
    }

    [MountFact]
    public async Task AVolumeOfAConfiguration_IsMountedForItsRoundsOnly_AndReadOnlyUnlessAllowed()
    {
        string store = _folder.File("precious.img"), config = _folder.File("config.json");
        Shell.Run($"head -c 4194304 /dev/urandom > '{store}'");
        await File.WriteAllTextAsync(config,
            $$"""{ "Volumes": { "own": { "Backend": { "Kind": "file", "Path": "{{store}}" } } } }""",
            TestContext.Current.CancellationToken);
        string before = Shell.Run($"sha256sum '{store}'");
        await using var runs = new MountedRuns(Options with { ConfigFile = config });
        IRunTarget first = await runs.StartAsync(s_default, "config:own", TestContext.Current.CancellationToken);
        IRunTarget second = await runs.StartAsync(s_none, "config:own", TestContext.Current.CancellationToken);

        foreach (IRunTarget target in (IRunTarget[])[first, second, first])
            Assert.InRange((await target.RunRoundAsync(
                Sequential, s_short, TestContext.Current.CancellationToken)).Requests, 1, long.MaxValue);
        await Assert.ThrowsAsync<RunException>(() => second.RunRoundAsync(
            Sequential with { ReadPercent = 0 }, s_short, TestContext.Current.CancellationToken));

        Assert.Equal(before, Shell.Run($"sha256sum '{store}'"));
    }

    [MountFact]
    public async Task AnExportOfSomebody_IsMountedReadOnly_UnlessItMayBeOverwritten()
    {
        using NbdServer server = NbdServer.Nbdkit(_folder, "memory", "16M");
        await using var runs = new MountedRuns(Options);
        await using IRunTarget target =
            await runs.StartAsync(s_default, server.Uri, TestContext.Current.CancellationToken);

        RoundResult read = await target.RunRoundAsync(Sequential, s_short, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<RunException>(() => target.RunRoundAsync(
            Sequential with { ReadPercent = 0 }, s_short, TestContext.Current.CancellationToken));

        Assert.InRange(read.Requests, 1, long.MaxValue);
    }

    [MountFact]
    public async Task AStop_EndsTheRound_AndNothingIsLeft()
    {
        await using (var runs = new MountedRuns(Options))
        {
            await using IRunTarget target =
                await runs.StartAsync(s_default, "loop-1000iops", TestContext.Current.CancellationToken);
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => target.RunRoundAsync(
                Sequential, s_short with { Duration = TimeSpan.FromMinutes(5) }, stop.Token));
        }

        AssertNothingIsLeft();
    }

    public void Dispose()
    {
        AssertNothingIsLeft();
        _folder.Dispose();
    }

    private MountedOptions Options => new()
    {
        Program = [Iomerge.Path],
        DiskFolder = _folder.Path,
        VolumeBytes = 16 << 20,
    };

    private static WorkloadSpec Sequential => new() { Name = "seqread-4k-qd32", Description = "Reads in order." };

    private async Task<RoundResult> RunAsync(
        StrategyFacts strategy, string store, WorkloadSpec workload, RoundOptions? options = null)
    {
        await using var runs = new MountedRuns(Options);
        await using IRunTarget target = await runs.StartAsync(strategy, store, TestContext.Current.CancellationToken);
        return await target.RunRoundAsync(workload, options ?? s_short, TestContext.Current.CancellationToken);
    }

    private void AssertNothingIsLeft()
    {
        string own = $"iomerge-bench-{Environment.ProcessId}-";
        Assert.Empty(Directory.EnumerateDirectories("/dev/shm", own + "*"));
        Assert.Empty(Directory.EnumerateDirectories(_folder.Path, own + "*"));
        Assert.DoesNotContain(own, File.ReadAllText("/proc/self/mounts"), StringComparison.Ordinal);
        Assert.DoesNotContain(own, Shell.Run("losetup --list --output BACK-FILE"), StringComparison.Ordinal);
        Assert.NotEqual(0, Shell.Try($"pgrep -f 'nbdkit .*{own}'").ExitCode);
        Assert.Empty(Directory.EnumerateDirectories("/sys/fs/cgroup", own + "*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = 1,
        }));
    }
}
