using System.Diagnostics;

namespace IoMerge.Benchmark.Mounted.Programs;

/// <summary>What a program left behind.</summary>
/// <param name="ExitCode">0 is success.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors);

/// <summary>Runs a program of the system to its end.</summary>
internal static class ProgramRun
{
    /// <summary>Runs it; the outcome is told whatever it is.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="stop">Kills it.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">It could not be started.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static async Task<ProgramResult> RunAsync(CommandWords command, CancellationToken stop)
    {
        using var process = new Process { StartInfo = StartInfoOf(command) };
        process.Start();
        process.StandardInput.Close();
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(stop);
            Task<string> errors = process.StandardError.ReadToEndAsync(stop);
            await Task.WhenAll(output, errors).ConfigureAwait(false);
            await process.WaitForExitAsync(stop).ConfigureAwait(false);
            return new ProgramResult(
                process.ExitCode, await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs it, and returns what it wrote; a failure is an exception.</summary>
    /// <exception cref="IOException">It failed; the message has its name and what it said.</exception>
    public static async Task<string> RequireAsync(CommandWords command, CancellationToken stop)
    {
        ProgramResult result = await RunAsync(command, stop).ConfigureAwait(false);
        if (result.ExitCode == 0)
            return result.Output;
        string said = result.Errors.Length > 0 ? result.Errors : result.Output;
        throw new IOException($"{command.Program} failed with exit code {result.ExitCode}: {said.Trim()}");
    }

    /// <summary>How .NET starts it: all streams redirected, texts of programs untranslated.</summary>
    public static ProcessStartInfo StartInfoOf(CommandWords command)
    {
        CommandWords detached = command.Detached();
        var start = new ProcessStartInfo(detached.Program, detached.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        return start;
    }
}
