using IoMerge.Backends.Local;
using IoMerge.Testing;

namespace IoMerge.Backends.Tests;

public sealed class WorkerThreadsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Threads_WithMoreToDo_NeverPassTheirNumber(int most)
    {
        using SemaphoreSlim release = new(0);
        HashSet<string> names = [];
        int running = 0;
        int peak = 0;
        WorkerThreads workers = new(
            io =>
            {
                lock (names)
                {
                    names.Add(Thread.CurrentThread.Name!);
                    peak = Math.Max(peak, ++running);
                }
                release.Wait();
                lock (names)
                    running--;
                io.Complete(Errno.None, 0);
            },
            most, "test worker");
        IoProbe[] probes = [.. Enumerable.Range(0, 20).Select(_ => IoProbe.Flush())];
        Assert.All(probes, probe => Assert.True(workers.TryEnqueue(probe)));
        release.Release(probes.Length);
        await Task.WhenAll(probes.Select(probe => probe.Ended()));
        await workers.StopAsync();
        Assert.InRange(names.Count, 1, most);
        Assert.InRange(peak, 1, most);
        Assert.All(probes, probe => Assert.Equal(1, probe.Completions));
    }

    [Fact]
    public async Task Operations_ThatWaitForEachOther_GetAThreadEach()
    {
        const int Count = 8;
        using Barrier barrier = new(Count);
        WorkerThreads workers = new(
            io =>
            {
                barrier.SignalAndWait(TestContext.Current.CancellationToken);
                io.Complete(Errno.None, 0);
            },
            Count, "test worker");
        IoProbe[] probes = [.. Enumerable.Range(0, Count).Select(_ => IoProbe.Flush())];
        Assert.All(probes, probe => Assert.True(workers.TryEnqueue(probe)));
        await Task.WhenAll(probes.Select(probe => probe.Ended()));
        await workers.StopAsync();
    }

    [Fact]
    public async Task Stop_FromACompletion_DoesNotDeadlock()
    {
        TaskCompletionSource stopped = new();
        WorkerThreads? workers = null;
        workers = new WorkerThreads(
            _ => workers!.StopAsync().ContinueWith(_ => stopped.SetResult(), TaskScheduler.Default), 2, "test worker");
        Assert.True(workers.TryEnqueue(IoProbe.Flush()));
        await stopped.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }
}
