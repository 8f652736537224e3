using Spectre.Console;

namespace IoMerge.Benchmark.Output;

/// <summary>
/// The console that reports are printed on: a terminal as wide as it is, or a file as wide as is needed.
/// </summary>
public static class ReportConsole
{
    // Wide enough for every table there is: a pipe has no edge to wrap at.
    private const int WidthOfFile = 1000;

    /// <summary>Makes one.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="isFile">True for what is no terminal: no colours, no wrapping.</param>
    public static IAnsiConsole Create(TextWriter output, bool isFile)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isFile ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isFile ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = isFile ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (isFile)
            console.Profile.Width = WidthOfFile;
        return console;
    }
}
