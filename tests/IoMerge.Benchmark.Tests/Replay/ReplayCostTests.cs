using IoMerge.Benchmark.Models;
using IoMerge.Benchmark.Replay;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Tests.Replay;

public sealed class ReplayCostTests
{
    [Theory]
    [InlineData("None", "ssd", 0)]
    [InlineData("Fifo", "cloud", 0)]
    [InlineData("Scan", "network", 0)]
    [InlineData("Deadline", "hdd:queue=32", 0)]
    [InlineData("Deadline", "cloud", 8)]
    public void ALongerTrace_TakesNoMoreMemory(string policy, string model, int closedLoopDepth)
    {
        long At(long requests)
        {
            var options = new ReplayOptions { ClosedLoopDepth = closedLoopDepth };
            // Overloaded, so that queues and pools are as large as they become.
            MadeTrace trace = MadeTrace.Mixed(requests, 1000, callers: 3);
            long before = GC.GetAllocatedBytesForCurrentThread();
            ReplayOutcome outcome = VirtualReplay.Run(
                trace, ModelSpec.Parse(model).Create, new SchedulerOptions { Policy = policy }, options,
                TestContext.Current.CancellationToken);
            Assert.Equal(requests, outcome.Requests);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        _ = At(20_000);
        long half = At(20_000);
        long whole = At(40_000);

        // The smallest object for each further request would be 480 000; what differs are the ends of lists in the
        // outcome, and pages of the queue, which is as deep as the longer trace once makes it.
        Assert.InRange(whole - half, -50_000, 50_000);
    }
}
