using System.Text.RegularExpressions;
using IoMerge.Testing.Processes;

namespace IoMerge.Benchmark.Tests.Html;

/// <summary>A real browser without a window, started anew each time with nothing remembered.</summary>
internal static partial class Chromium
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly string? s_program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .SelectMany(folder => s_names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(path => File.Exists(path) && OpensFiles(path));

    /// <summary>Why tests that need it cannot run; null when they can.</summary>
    public static string? Missing { get; } = s_program is not null ? null
        : "neither Chromium nor Google Chrome is installed as a package; ./test.sh installs it where there is one, or: "
            + "apt-get install chromium";

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
        using ChildProcess process = ChildProcess.Start(s_program!, [.. quiet, .. options, new Uri(page).AbsoluteUri]);
        int exitCode = process.WaitForExit();
        Assert.True(exitCode == 0, $"chromium ended with {exitCode}:\n{process.Output}");
        return process.Output;
    }

    /// <summary>
    /// Whether it is the browser itself. Ubuntu's package of this name only asks for a snap, and a snap says that it is
    /// one: it may not read the folders of the tests.
    /// </summary>
    private static bool OpensFiles(string program)
    {
        using ChildProcess process = ChildProcess.Start(program, "--version");
        return process.WaitForExit() == 0 && !process.Output.TrimEnd().EndsWith(" snap", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^.*\bCONSOLE\b.*$", RegexOptions.Multiline)]
    private static partial Regex ConsoleLine();
}
