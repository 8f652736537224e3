namespace IoMerge.Testing.Processes;

/// <summary>What a command left behind.</summary>
/// <param name="Command">The command line, for messages.</param>
/// <param name="ExitCode">0 is success.</param>
/// <param name="Output">Standard output and standard error, as they came.</param>
public sealed record ShellResult(string Command, int ExitCode, string Output);

/// <summary>Runs commands of the system to their end, for tests that speak with real tools.</summary>
public static class Shell
{
    /// <summary>Runs a bash command line and returns its outcome, whatever it is.</summary>
    public static ShellResult Try(string command, TimeSpan? limit = null)
    {
        using ChildProcess process = ChildProcess.Start("/bin/bash", "-c", command);
        int exitCode = process.WaitForExit(limit);
        return new ShellResult(command, exitCode, process.Output);
    }

    /// <summary>Runs a bash command line that has to succeed; returns what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has the command and its output.</exception>
    public static string Run(string command, TimeSpan? limit = null)
    {
        // pipefail: the first half of a pipe counts too.
        ShellResult result = Try("set -o pipefail; " + command, limit);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"Exit code {result.ExitCode} of: {command}\n{result.Output}");
    }
}
