using System.Diagnostics;
using System.Text;
using IoMerge.Benchmark.Mounted.Programs;
using Tmds.Linux;

namespace IoMerge.Testing.Processes;

/// <summary>
/// A program that runs beside a test: its output is collected, its end awaited within a bound, and it never
/// outlives the object. Safe to use from any thread.
/// </summary>
public sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly string _description;

    private ChildProcess(ProcessStartInfo start)
    {
        _description = string.Join(' ', [start.FileName, .. start.ArgumentList]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        ServerStarter.Start(_process);
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The kernel's number of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>What it has written so far, standard output and standard error as they came.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts <paramref name="fileName"/>; standard input is closed.</summary>
    public static ChildProcess Start(string fileName, params IEnumerable<string> arguments) =>
        new(new ProcessStartInfo(fileName, arguments));

    /// <summary>Sends a signal; nothing happens when the process is gone.</summary>
    public void Signal(int signal)
    {
        if (!_process.HasExited)
            _ = LibC.kill(_process.Id, signal);
    }

    /// <summary>Waits for the end and returns the exit code (128 + n after signal n).</summary>
    /// <exception cref="TimeoutException">
    /// It still runs after <paramref name="limit"/> (default two minutes: a disk that others keep busy can stall for
    /// long); the message has its output.
    /// </exception>
    public int WaitForExit(TimeSpan? limit = null)
    {
        TimeSpan bound = limit ?? TimeSpan.FromMinutes(2);
        if (!_process.WaitForExit(bound))
            throw new TimeoutException($"Still running after {bound.TotalSeconds} s: {_description}\n{Output}");
        // The streams close with the process, unless a child of its own holds them: then they stay open for ever.
        Task.Run(_process.WaitForExit).Wait(TimeSpan.FromSeconds(5));
        return _process.ExitCode;
    }

    /// <summary>Kills what still runs.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(TimeSpan.FromSeconds(10));
        }
        _process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.Append(line).Append('\n');
    }
}
