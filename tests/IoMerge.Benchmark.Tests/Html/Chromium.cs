using System.Text.RegularExpressions;
using IoMerge.Testing.Processes;

namespace IoMerge.Benchmark.Tests.Html;

/// <summary>A real browser without a window, started anew each time with nothing remembered.</summary>
internal static partial class Chromium
{
    /// <summary>Why tests that need it cannot run; null when they can.</summary>
    public static string? Missing { get; } = Program() is null
        ? "chromium is not installed; ./test.sh installs it, or: apt-get install chromium" : null;

    /// <summary>
    /// Opens a page, lets its scripts run, and returns its document with what it wrote to the console.
    /// </summary>
    public static (string Document, string[] Console) Open(string page, bool isDark)
    {
        string output = Run(page, isDark, "--dump-dom");
        return (output, [.. ConsoleLine().Matches(output).Select(match => match.Value)]);
    }

    /// <summary>Takes a picture of a page.</summary>
    public static void Photograph(string page, bool isDark, int width, int height, string picture) =>
        Run(page, isDark, $"--window-size={width},{height}", "--hide-scrollbars", "--virtual-time-budget=2000",
            $"--screenshot={picture}");

    private static string Run(string page, bool isDark, params string[] options)
    {
        using var profile = new TemporaryFolder();
        string[] quiet =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage",
            $"--user-data-dir={profile.Path}", "--enable-logging=stderr", "--v=0",
            // The page that looks into another must be let in: files are strangers to each other.
            "--allow-file-access-from-files", "--disable-web-security",
            $"--blink-settings=preferredColorScheme={(isDark ? 0 : 1)}",
        ];
        using ChildProcess process = ChildProcess.Start(Program()!, [.. quiet, .. options, new Uri(page).AbsoluteUri]);
        int exitCode = process.WaitForExit();
        Assert.True(exitCode == 0, $"chromium ended with {exitCode}:\n{process.Output}");
        return process.Output;
    }

    private static string? Program() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }
            .Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    [GeneratedRegex(@"^.*\bCONSOLE\b.*$", RegexOptions.Multiline)]
    private static partial Regex ConsoleLine();
}
