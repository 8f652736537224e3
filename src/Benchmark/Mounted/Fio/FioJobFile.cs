using System.Globalization;

namespace IoMerge.Benchmark.Mounted.Fio;

/// <summary>
/// Points a job file of a user's at another target and gives it the time of a round; all else stays as he wrote it.
/// Text only; it looks at nothing.
/// </summary>
internal static class FioJobFile
{
    // What would lead elsewhere, or make rounds of different length.
    private static readonly string[] s_replaced =
        ["filename", "directory", "filename_format", "opendir", "time_based", "runtime", "ramp_time"];

    /// <summary>The text of the job file that is run.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="place">The target and the time.</param>
    public static string Redirect(string text, FioCommand.Place place)
    {
        long ms = Math.Max(1, (long)Math.Round(place.Duration.TotalMilliseconds));
        string file = place.File.Replace(":", "\\:", StringComparison.Ordinal);
        IEnumerable<string> kept = text.Split('\n').Select(line => line.TrimEnd('\r'))
            .Where(line => !s_replaced.Contains(KeyOf(line), StringComparer.OrdinalIgnoreCase));
        string ours = string.Create(CultureInfo.InvariantCulture,
            $"[global]\nfilename={file}\nallow_file_create=0\ntime_based\nruntime={ms}ms\n");
        return ours + string.Join('\n', kept);
    }

    private static string KeyOf(string line) => line.Split('=', ';', '#')[0].Trim();
}
