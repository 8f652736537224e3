namespace IoMerge.Benchmark.Mounted.Targets;

/// <summary>What a mount writes down while it is looked into.</summary>
/// <param name="Record">Gets every arrival, as a trace.</param>
/// <param name="Log">Gets a line for each operation that reaches the store, as decorator <c>log</c> writes it.</param>
internal sealed record LookFiles(string Record, string Log)
{
    /// <summary>The files of a look in a folder of its own.</summary>
    public static LookFiles In(string folder) =>
        new(Path.Combine(folder, "look.trace"), Path.Combine(folder, "store.log"));
}
