using IoMerge.Benchmark.Mounted.Programs;

namespace IoMerge.Benchmark.Mounted.Targets;

/// <summary>Builds the yardstick server from the source that this assembly carries.</summary>
internal static class Nullfuse
{
    /// <summary>Compiles it into a folder.</summary>
    /// <returns>The path of the program.</returns>
    /// <exception cref="IOException">The compiler failed; the message has what it said.</exception>
    public static async Task<string> BuildAsync(string folder, CancellationToken stop)
    {
        string source = Path.Combine(folder, "nullfuse.c"), program = Path.Combine(folder, "nullfuse");
        await using (Stream text = typeof(Nullfuse).Assembly.GetManifestResourceStream("nullfuse.c")!)
        await using (FileStream file = File.Create(source))
            await text.CopyToAsync(file, stop).ConfigureAwait(false);
        await ProgramRun.RequireAsync(
            new CommandWords("gcc", ["-O2", "-pthread", "-o", program, source]), stop).ConfigureAwait(false);
        return program;
    }
}
