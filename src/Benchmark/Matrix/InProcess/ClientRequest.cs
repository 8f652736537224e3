using System.Diagnostics;
using IoMerge.Backends;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// One of the requests that a stream keeps outstanding, used over and over. As a client of a mount it gets its bytes
/// into memory of its own.
/// </summary>
internal sealed unsafe class ClientRequest(ClientStream stream, ReadyList ready, nint buffer) : IoRequest
{
    /// <summary>Whose it is.</summary>
    internal ClientStream Stream => stream;

    /// <summary>The link of <see cref="ReadyList"/>.</summary>
    internal ClientRequest? NextReady { get; set; }

    /// <summary>When it was sent, by <see cref="Stopwatch"/>.</summary>
    internal long SentAt { get; set; }

    /// <summary>When it was answered.</summary>
    internal long AnsweredAt { get; private set; }

    /// <summary>Whether it was answered as it should be.</summary>
    internal bool IsGood { get; private set; }

    /// <summary>Fills in what is next.</summary>
    internal void Fill(IoKind kind, Extent extent) => Prepare(kind, extent, kind == IoKind.Write ? buffer : 0);

    protected internal override void OnCompleted(Errno error, long result, nint data)
    {
        IsGood = error.IsSuccess && result == Extent.Length;
        if (Kind == IoKind.Read && IsGood)
            System.Buffer.MemoryCopy((void*)data, (void*)buffer, result, result);
        AnsweredAt = Stopwatch.GetTimestamp();
        ready.Add(this);
    }
}
