using IoMerge.Benchmark.Mounted.Stores;
using IoMerge.Benchmark.Optimum;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Mounted.Targets;

/// <summary>
/// A round that is looked into and not compared: a mount of its own records what arrives, and the fewest operations for
/// these arrivals are found once it is gone. What the mount did with them says the mount itself.
/// </summary>
/// <param name="workspace">Where the recording lies until it was read.</param>
/// <param name="parent">The folder it lies below.</param>
/// <param name="start">Starts a server that writes down what happens.</param>
internal sealed class RecordedLook(
    Workspace workspace, string parent, Func<LookFiles, CancellationToken, Task<IServer>> start)
{
    // The kernel cuts larger requests into several, of which more are outstanding then.
    private const int LargestWhole = 128 << 10;

    /// <summary>Carries it out.</summary>
    /// <param name="workload">What is driven.</param>
    /// <param name="prepare">What comes before the look.</param>
    /// <param name="measure">The look.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="IOException">The server failed, or its recording is not whole.</exception>
    public async Task<RoundResult> RunAsync(WorkloadSpec workload, Func<IServer, Task> prepare,
        Func<IServer, Task<RoundResult>> measure, CancellationToken stop)
    {
        string folder = workspace.NewFolder(parent);
        try
        {
            LookFiles files = LookFiles.In(folder);
            IServer server = await start(files, stop).ConfigureAwait(false);
            RoundResult result;
            long before;
            await using (server.ConfigureAwait(false))
            {
                await prepare(server).ConfigureAwait(false);
                before = await server.LookAsync(stop).ConfigureAwait(false) is { } books
                    ? books.ReadsIn + books.WritesIn : 0;
                result = await measure(server).ConfigureAwait(false);
            }
            if (result.Merging is not { } merging || server.Limits is not { } limits)
                return result;
            var picture = new LookPicture();
            long optimum = CountOptimum(files.Record, Path.GetFileName(server.File), before, merging.Requests,
                LimitsOf(limits, workload), picture);
            return result with
            {
                Merging = merging with { OptimalOperations = optimum },
                Picture = File.Exists(files.Log) ? Draw(picture, files) : null,
            };
        }
        catch (TraceFormatException e)
        {
            throw new IOException($"The recording of a look is not whole: {e.Message}", e);
        }
        finally
        {
            Workspace.Remove(folder);
        }
    }

    /// <summary>The fewest operations for some of the reads and writes of a recording.</summary>
    /// <param name="record">The recording.</param>
    /// <param name="volume">The volume that counts.</param>
    /// <param name="before">Reads and writes of it that came earlier.</param>
    /// <param name="count">Those to look at.</param>
    /// <param name="limits">The limits to keep.</param>
    /// <param name="picture">Gets the arrivals from the middle of them on; null for none.</param>
    internal static long CountOptimum(string record, string volume, long before, long count, OptimumLimits limits,
        LookPicture? picture = null)
    {
        // In the middle clients and queue have found their pace.
        long drawn = before + Math.Max(0, Math.Min(count / 2, count - LookPicture.MostArrivals));
        using ITraceSource trace = TraceFiles.Open(record);
        int index = trace.Header.Volumes.ToList().FindIndex(known => known.Name == volume);
        var optimum = new OfflineOptimum(limits);
        long seen = 0;
        // To the end, so that damage anywhere is found.
        while (trace.TryRead(out TraceRecord arrival))
        {
            if (arrival.Volume != index)
                continue;
            bool isTransfer = arrival.Kind is Backends.IoKind.Read or Backends.IoKind.Write;
            seen += isTransfer ? 1 : 0;
            if (seen > before && seen <= before + count)
            {
                optimum.Add(new OptimumArrival(
                    arrival.Kind, arrival.Flags, arrival.Offset, arrival.Length, arrival.CallerPid));
                if (isTransfer && seen > drawn)
                    picture?.Arrived(arrival);
            }
        }
        return optimum.Finish().Operations;
    }

    private static ElevatorPicture? Draw(LookPicture picture, LookFiles files)
    {
        using ITraceSource trace = TraceFiles.Open(files.Record);
        using StreamReader log = File.OpenText(files.Log);
        return picture.Draw(trace.Header.StartedAt, log);
    }

    private static OptimumLimits LimitsOf(OptimumLimits limits, WorkloadSpec workload) =>
        workload.FioJobFile is not null || workload.BlockBytes > LargestWhole
            ? limits
            : limits with
            {
                MaxOutstanding = (int)Math.Min(limits.MaxOutstanding, (long)workload.Depth * workload.Streams),
                MaxOutstandingPerCaller = workload.Depth,
            };
}
