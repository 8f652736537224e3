using IoMerge.Backends.Decorators;
using IoMerge.Testing;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Tests;

/// <summary>A server's own loop comes for completions: then nobody else does, and nothing is lost in between.</summary>
public sealed class CompletionSourceTests
{
    private const int Block = 4096;

    [Fact]
    public async Task Adopted_CompletionsWaitForTheirAdopter_AndEndOnHisThread()
    {
        await using RingStore store = new();
        ICompletionSource source = Adopt(store);
        IoProbe[] probes = [.. Enumerable.Range(0, 3).Select(i => IoProbe.Write(i * Block, new byte[Block]))];
        foreach (IoProbe probe in probes)
            store.Backend.Submit(probe);
        Assert.True(source.HasCompletions);
        Assert.All(probes, probe => Assert.Equal(0, probe.Completions));
        source.WorkOff();
        Assert.False(source.HasCompletions);
        Assert.All(probes, probe => Assert.Equal((Errno.None, 1), (probe.Error, probe.Completions)));
        foreach (IoProbe probe in probes)
            probe.Dispose();
    }

    [Fact]
    public async Task Released_WhatLiesReadyIsWorkedOff()
    {
        await using RingStore store = new();
        ICompletionSource source = Adopt(store);
        using IoProbe probe = IoProbe.Write(0, new byte[Block]);
        store.Backend.Submit(probe);
        source.Release();
        await probe.Ended();
        Assert.Equal((Errno.None, 1), (probe.Error, probe.Completions));
    }

    [Fact]
    public async Task Disposal_WithAnAdopterThatIsGone_WorksOffWhatLiesReady()
    {
        RingStore store = new();
        Adopt(store);
        using IoProbe probe = IoProbe.Write(0, new byte[Block]);
        store.Backend.Submit(probe);
        await store.DisposeAsync();
        Assert.Equal((Errno.None, 1), (probe.Error, probe.Completions));
    }

    [Fact]
    public async Task WhatCompletionsBringAbout_IsSubmittedTogether()
    {
        await using RingStore store = new();
        ICompletionSource source = Adopt(store);
        IoProbe[] followers = [.. Enumerable.Range(0, 4).Select(i => IoProbe.Write((8 + i) * Block, new byte[Block]))];
        foreach (IoProbe follower in followers)
            store.Backend.Submit(new Chained(follower, store.Backend));
        int before = store.Kernel.Submissions.Count;
        source.WorkOff();
        Assert.Equal([4u], store.Kernel.Submissions[before..]);
        source.WorkOff();
        Assert.All(followers, follower => Assert.Equal(1, follower.Completions));
        foreach (IoProbe follower in followers)
            follower.Dispose();
    }

    [Fact]
    public async Task Decorators_PassTheSourceOn_AndOtherEnginesHaveNone()
    {
        await using RingStore store = new();
        LogBackend decorated = new(store.Backend, new LogOptions());
        Assert.Same(store.Backend.Completions, decorated.Completions);
        await using RingStore threads = new(engine: Local.EngineKind.Threads);
        Assert.Null(threads.Backend.Completions);
    }

    private static ICompletionSource Adopt(RingStore store)
    {
        ICompletionSource source = store.Backend.Completions!;
        source.Adopt();
        Until.True(() => store.Kernel.IsOnlySignalAwaited, () => "The store goes on waiting for its completions.");
        return source;
    }

    /// <summary>A flush whose end submits another operation.</summary>
    private sealed class Chained : BackendIo
    {
        private readonly IoProbe _follower;
        private readonly IBackend _store;

        internal Chained(IoProbe follower, IBackend store)
        {
            (_follower, _store) = (follower, store);
            Kind = IoKind.Flush;
        }

        public override ReadOnlySpan<IoSegment> Segments => [];

        public override void Complete(Errno error, long result) => _store.Submit(_follower);
    }
}
