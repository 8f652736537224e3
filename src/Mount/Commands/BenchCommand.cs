using System.CommandLine;

namespace IoMerge.Mount.Commands;

/// <summary><c>iomerge bench</c>: measures merge strategies, and draws what was measured.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Draw what a benchmark measured")
    {
        ReportCommand.Create(),
    };
}
