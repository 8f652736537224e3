namespace IoMerge.Benchmark.Matrix.Rounds;

/// <summary>
/// In which order the fields of a matrix are visited: every round visits every workload, and a workload every column,
/// beginning one column further each time. A neighbour that wakes up, or a clock that drops, hits all columns alike.
/// Pure.
/// </summary>
internal static class RoundOrder
{
    /// <summary>The fields in their order.</summary>
    /// <param name="rounds">Number of rounds.</param>
    /// <param name="workloads">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    internal static IEnumerable<(int Round, int Workload, int Column)> Of(int rounds, int workloads, int columns) =>
        from round in Enumerable.Range(0, rounds)
        from workload in Enumerable.Range(0, workloads)
        from step in Enumerable.Range(0, columns)
        select (round, workload, (round + workload + step) % columns);
}
