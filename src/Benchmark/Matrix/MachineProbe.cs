using System.Globalization;
using System.Runtime.InteropServices;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Matrix;

/// <summary>Finds out what machine this is. What cannot be read is said to be unknown, never guessed.</summary>
public static class MachineProbe
{
    /// <summary>The machine as it is now.</summary>
    /// <param name="version">Version of iomerge.</param>
    /// <param name="tools">Versions of other programs that take part.</param>
    public static MachineFacts Read(string version, IReadOnlyList<string> tools) => new(
        Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount, MemoryBytes(),
        $"Linux {Line("/proc/sys/kernel/osrelease") ?? "of unknown release"}",
        RuntimeInformation.FrameworkDescription, version, tools);

    private static long MemoryBytes()
    {
        string? text = Field("/proc/meminfo", "MemTotal")?.Split(' ')[0];
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long kib) ? kib << 10 : 0;
    }

    private static string? Field(string file, string name) => Lines(file)
        .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[^1].Trim();

    private static string? Line(string file) => Lines(file).FirstOrDefault()?.Trim();

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
