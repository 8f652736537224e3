using IoMerge.Backends;

namespace IoMerge.Benchmark.Optimum;

/// <summary>An arrival as the optimum sees it.</summary>
/// <param name="Kind">What was asked for.</param>
/// <param name="Flags">How it was to be done.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Caller">Number of the caller, any; alike for the same one.</param>
public readonly record struct OptimumArrival(IoKind Kind, IoFlags Flags, long Offset, long Length, int Caller);

/// <summary>What was found.</summary>
/// <param name="Operations">No schedule needs fewer reads and writes.</param>
/// <param name="IsExact">True when it is certain that a schedule exists that needs no more.</param>
public readonly record struct OptimumResult(long Operations, bool IsExact);
