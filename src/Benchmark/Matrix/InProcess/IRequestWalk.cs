using IoMerge.Backends;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>What a client asks for, one request after the other, without an end. Not thread-safe.</summary>
internal interface IRequestWalk : IDisposable
{
    /// <summary>Whether the store has room for a request at all.</summary>
    bool HasRoom { get; }

    /// <summary>What comes next: a read, a write or a flush; a flush has an empty extent.</summary>
    (IoKind Kind, Extent Extent) Next();
}
