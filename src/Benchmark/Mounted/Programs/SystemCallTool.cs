using System.Globalization;

namespace IoMerge.Benchmark.Mounted.Programs;

/// <summary>
/// The command lines of programs that count the system calls of processes from outside, and what they print. Pure.
/// </summary>
internal static class SystemCallTool
{
    // One event per call of any kind, whoever makes it: it costs the kernel a counter, and the process nothing.
    private const string Event = "raw_syscalls:sys_enter";

    /// <summary>A program, and perf counting the calls of processes for as long as it runs.</summary>
    public static CommandWords PerfAround(CommandWords load, IReadOnlyList<int> processes, string file) => new("perf",
        ["stat", "-x", ";", "-o", file, "-e", Event, "-p", List(processes), "--", load.Program, .. load.Arguments]);

    /// <summary>strace counting the calls of processes and their threads until it is interrupted.</summary>
    public static CommandWords Strace(IReadOnlyList<int> processes, string file) =>
        new("strace", ["-qq", "-f", "-c", "-U", "calls,name", "-o", file, "-p", List(processes)]);

    /// <summary>What perf counted; null when it could not.</summary>
    public static long? ParsePerf(string text)
    {
        string? line = text.Split('\n').FirstOrDefault(line => line.Contains(Event, StringComparison.Ordinal));
        return line is not null && TryCount(line.Split(';')[0], out long count) ? count : null;
    }

    /// <summary>
    /// True when perf can count, whether the processes ran meanwhile or not: of those that did not it says that they
    /// were not counted.
    /// </summary>
    public static bool IsPerfAble(string text) =>
        ParsePerf(text) is not null || text.Contains($"<not counted>;;{Event};", StringComparison.Ordinal);

    /// <summary>What strace counted; 0 when there was nothing to count, null when it could not.</summary>
    public static long? ParseStrace(string text)
    {
        if (text.Trim().Length == 0)
            return 0;
        string[]? total = text.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .LastOrDefault(fields => fields is [_, "total"]);
        return total is not null && TryCount(total[0], out long count) ? count : null;
    }

    private static bool TryCount(string text, out long count) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);

    private static string List(IReadOnlyList<int> processes) =>
        string.Join(',', processes.Select(id => id.ToString(CultureInfo.InvariantCulture)));
}
