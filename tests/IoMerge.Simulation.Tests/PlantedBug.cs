namespace IoMerge.Simulation.Tests;

/// <summary>A bug put in on purpose, to prove that the harness can fail.</summary>
internal enum PlantedBug
{
    None,

    /// <summary>The store loses the last byte of a merged write.</summary>
    LostTail,

    /// <summary>The store writes one byte too far.</summary>
    Misplaced,

    /// <summary>The scheduler lets a request pass an earlier one that it overlaps.</summary>
    EarlyOverlap,

    /// <summary>The scheduler lets a flush pass an earlier change.</summary>
    EarlyFlush,

    /// <summary>The scheduler tells a request twice.</summary>
    DoubleAnswer,
}
