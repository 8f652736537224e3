using IoMerge.Backends;
using IoMerge.Scheduler;

namespace IoMerge.Benchmarks;

/// <summary>A reusable request that counts its completions.</summary>
internal sealed class CountingRequest : IoRequest
{
    private int _completions;

    internal int Completions => Volatile.Read(ref _completions);

    internal void Write(long offset, int length, nint buffer) =>
        Prepare(IoKind.Write, new Extent(offset, length), buffer);

    protected internal override void OnCompleted(Errno error, long result, nint data)
    {
        if (error.IsError)
            throw new InvalidOperationException($"{Kind} {Extent}: {error}");
        Volatile.Write(ref _completions, _completions + 1);
    }
}
