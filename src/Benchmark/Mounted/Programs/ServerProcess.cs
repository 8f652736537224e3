using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace IoMerge.Benchmark.Mounted.Programs;

/// <summary>
/// A server that runs while rounds are made: its output is kept for messages, and it never outlives the object. Safe to
/// use from any thread.
/// </summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    public const int SigUsr1 = 10;
    public const int SigTerm = 15;

    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(5);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly string _name;

    private ServerProcess(CommandWords command)
    {
        _name = command.Program;
        _process = new Process { StartInfo = ProgramRun.StartInfoOf(command) };
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        ServerStarter.Start(_process);
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The kernel's number of it.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Processor time so far, in seconds.</summary>
    public double CpuSeconds => ProcessCpu.SecondsOf(_process.Id);

    /// <summary>What it wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It could not be started.</exception>
    public static ServerProcess Start(CommandWords command) => new(command);

    /// <summary>Waits for a condition.</summary>
    /// <param name="condition">Asked every few milliseconds.</param>
    /// <param name="patience">Longest time to wait.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="IOException">The server ended, or the time is over; the message has what it said.</exception>
    public async Task UntilAsync(Func<bool> condition, TimeSpan patience, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (_process.HasExited)
                throw new IOException($"{_name} ended with exit code {_process.ExitCode}: {Output.Trim()}");
            if (Stopwatch.GetElapsedTime(start) > patience)
                throw new IOException($"{_name} did not answer within {patience.TotalSeconds} s: {Output.Trim()}");
            await Task.Delay(s_step, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Sends a signal; nothing happens when the process is gone.</summary>
    public void Signal(int signal)
    {
        if (!_process.HasExited)
            _ = Kill(_process.Id, signal);
    }

    /// <summary>Waits for its end; kills it when it takes too long.</summary>
    /// <returns>False when it had to be killed.</returns>
    public async Task<bool> EndAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(TimeSpan.Zero).ConfigureAwait(false);
        _process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.Append(line).Append('\n');
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
