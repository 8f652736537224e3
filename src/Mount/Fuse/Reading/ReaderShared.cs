using IoMerge.Mount.Fuse.Dispatch;
using IoMerge.Mount.Fuse.Memory;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Fuse.Transport;
using IoMerge.Mount.Volumes;
using IoMerge.Traces;

namespace IoMerge.Mount.Fuse.Reading;

/// <summary>What the readers of one session have in common.</summary>
internal sealed class ReaderShared
{
    private SessionEnd? _end;

    /// <summary>Number of readers.</summary>
    public required int Readers { get; init; }

    /// <summary>Bytes that must be free for the payload of the next message.</summary>
    public required int PayloadRoom { get; init; }

    /// <summary>Longest look for the next request before sleeping, in ticks of the stopwatch.</summary>
    public required long PollTicks { get; init; }

    /// <summary>True to hand in replies several at a time.</summary>
    public required bool BatchesReplies { get; init; }

    /// <summary>True to answer large reads from a store's files with splice(2).</summary>
    public required bool SplicesReads { get; init; }

    /// <summary>The volumes.</summary>
    public required VolumeTable Volumes { get; init; }

    /// <summary>Who serves a request.</summary>
    public required FuseDispatcher Dispatcher { get; init; }

    /// <summary>Memory for the data of writes.</summary>
    public required PayloadPool Payloads { get; init; }

    /// <summary>What still uses descriptors and memory.</summary>
    public required OutstandingRequests Outstanding { get; init; }

    /// <summary>Back-pressure.</summary>
    public required Congestion Congestion { get; init; }

    /// <summary>Completions that the leader comes for.</summary>
    public required StoreCompletions Completions { get; init; }

    /// <summary>Wakes the leader.</summary>
    public required WakeUp WakeUp { get; init; }

    /// <summary>Who records arrivals; null when nobody does.</summary>
    public required TraceRecorder? Recorder { get; init; }

    /// <summary>Who waits for the kernel.</summary>
    public ReaderTurns Turns { get; } = new();

    /// <summary>Why the session ends; null while it runs.</summary>
    public SessionEnd? Ending => Volatile.Read(ref _end);

    /// <summary>True when readers should leave.</summary>
    public bool IsStopping => Ending is not null;

    /// <summary>Sends all readers home; the first reason counts. Any thread.</summary>
    public void End(SessionEnd end)
    {
        Interlocked.CompareExchange(ref _end, end, null);
        Turns.End();
        WakeUp.Signal();
    }
}
