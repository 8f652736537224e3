using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Runs;

/// <summary>
/// Something that a run needs is not there, or did not work. It carries what a report says about the rows that are
/// left out for it.
/// </summary>
public sealed class RunException : Exception
{
    /// <summary>Says what cannot be run, why, and what to do about it.</summary>
    /// <param name="leftOut">The same in three parts, each a sentence or a name.</param>
    /// <param name="cause">What lies behind it, when there is an exception.</param>
    public RunException(LeftOut leftOut, Exception? cause = null)
        : base($"{leftOut.What}: {leftOut.Why} {leftOut.WayOut}", cause) => LeftOut = leftOut;

    /// <summary>What cannot be run, why, and the way out.</summary>
    public LeftOut LeftOut { get; }
}
