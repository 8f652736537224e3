using IoMerge.Backends;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Replay;

/// <summary>Who is told the outcome of replayed requests; on whatever thread it became known.</summary>
internal interface IReplayOwner
{
    /// <summary>The request was answered and is the owner's again.</summary>
    void Answered(ReplayRequest request, Errno error);
}

/// <summary>A request of a trace on its way through the elevator; used again and again.</summary>
internal sealed class ReplayRequest(IReplayOwner owner) : IoRequest
{
    /// <summary>Number of the caller.</summary>
    internal int Caller { get; private set; }

    /// <summary>When it was to be sent, from which on its caller waits.</summary>
    internal long DueNs { get; private set; }

    /// <summary>Next in the owner's list of requests that are free.</summary>
    internal ReplayRequest? NextFree { get; set; }

    /// <summary>Fills in what is asked for.</summary>
    /// <param name="kind">What is asked for.</param>
    /// <param name="flags">How it is to be done.</param>
    /// <param name="extent">The bytes on the device.</param>
    /// <param name="writeMemory">The memory of a write; not looked at for other kinds.</param>
    /// <param name="caller">Number of the caller.</param>
    /// <param name="dueNs">When it was to be sent.</param>
    internal void Fill(IoKind kind, IoFlags flags, Extent extent, nint writeMemory, int caller, long dueNs)
    {
        Caller = caller;
        DueNs = dueNs;
        Prepare(kind, kind == IoKind.Flush ? default : extent, kind == IoKind.Write ? writeMemory : 0, flags);
    }

    protected internal override void OnCompleted(Errno error, long result, nint data) => owner.Answered(this, error);
}
