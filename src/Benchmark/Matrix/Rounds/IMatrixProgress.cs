namespace IoMerge.Benchmark.Matrix.Rounds;

/// <summary>Who is told how far a matrix is. Called by one thread at a time; must be quick.</summary>
public interface IMatrixProgress
{
    /// <summary>Says what is coming, once, before everything else.</summary>
    /// <param name="steps">Number of steps, all alike in time as far as is known.</param>
    void Begin(int steps);

    /// <summary>Says what is being done now.</summary>
    void Doing(string what);

    /// <summary>Says that steps are done, or will not be made.</summary>
    void Done(int steps);
}
