using System.Globalization;

namespace IoMerge.Benchmark.Mounted.Programs;

/// <summary>Reads the processor time of processes from the kernel's text.</summary>
internal static class ProcessCpu
{
    // USER_HZ: fixed at 100 for programs on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of a process and its dead threads, in seconds; 0 when it is gone.</summary>
    public static double SecondsOf(int pid)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Seconds from the text of <c>/proc/PID/stat</c>.</summary>
    public static double Parse(string stat)
    {
        // The name in parentheses may contain anything, blanks and parentheses too.
        string[] fields = FieldsBehindName(stat);
        long user = long.Parse(fields[11], CultureInfo.InvariantCulture);
        long system = long.Parse(fields[12], CultureInfo.InvariantCulture);
        return (user + system) / TicksPerSecond;
    }

    /// <summary>
    /// When a process began, in ticks since the machine started; together with its number this names it for good. Null
    /// when there is none, or only what is left until its parent looks.
    /// </summary>
    public static long? StartOf(int pid)
    {
        try
        {
            return StartIn(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The same from the text of <c>/proc/PID/stat</c>.</summary>
    public static long? StartIn(string stat)
    {
        string[] fields = FieldsBehindName(stat);
        return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
    }

    private static string[] FieldsBehindName(string stat) => stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
}
