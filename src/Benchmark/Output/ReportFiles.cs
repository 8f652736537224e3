using System.Text;
using IoMerge.Benchmark.Html;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Output;

/// <summary>Where a report is saved; null for a form that is not wanted.</summary>
/// <param name="Json">Everything, for this program and others.</param>
/// <param name="Csv">A line for each cell and round.</param>
/// <param name="Html">A page with pictures.</param>
public sealed record ReportPaths(string? Json, string? Csv, string? Html);

/// <summary>
/// Saves a report in the forms that were asked for. A file appears whole or not at all: what was there before stays
/// until then.
/// </summary>
public static class ReportFiles
{
    /// <summary>
    /// Makes sure, before hours are spent measuring, that what is found out can be saved.
    /// </summary>
    /// <returns>What is wrong, with the way out; null when nothing is.</returns>
    public static string? Check(ReportPaths paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        string[] named = [.. new[] { paths.Json, paths.Csv, paths.Html }.OfType<string>().Select(Path.GetFullPath)];
        if (named.Distinct(StringComparer.Ordinal).Count() < named.Length)
            return "Two forms of the report would go into one file; give each a file of its own.";
        foreach (string path in named)
        {
            if (Directory.Exists(path))
                return $"{path} is a directory; name a file in it.";
            if (TryWrite(path) is { } cause)
                return $"{path} cannot be written: {cause} Name a file in a directory that exists and is yours.";
        }
        return null;
    }

    /// <summary>Saves the report.</summary>
    /// <param name="report">What was found out.</param>
    /// <param name="paths">Where to.</param>
    /// <returns>The files that were written.</returns>
    /// <exception cref="IOException">A file could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file could not be written.</exception>
    public static IReadOnlyList<string> Save(BenchmarkReport report, ReportPaths paths)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(paths);
        var written = new List<string>();
        Write(paths.Json, () => ReportJson.Write(report), written);
        Write(paths.Csv, () => Encoding.UTF8.GetBytes(ReportCsv.Write(report)), written);
        Write(paths.Html, () => Encoding.UTF8.GetBytes(HtmlReport.Write(report)), written);
        return written;
    }

    private static void Write(string? path, Func<byte[]> content, List<string> written)
    {
        if (path is null)
            return;
        if (IsReplaceable(path))
        {
            string beside = path + ".part";
            File.WriteAllBytes(beside, content());
            File.Move(beside, path, overwrite: true);
        }
        else
        {
            File.WriteAllBytes(path, content());
        }
        written.Add(path);
    }

    // A link is followed, and a device such as /dev/stdout is written to; only a file can be replaced.
    private static bool IsReplaceable(string path) =>
        !Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal)
        && new FileInfo(path).LinkTarget is null;

    private static string? TryWrite(string path)
    {
        if (!IsReplaceable(path))
            return null;
        string probe = path + ".part";
        try
        {
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }
}
