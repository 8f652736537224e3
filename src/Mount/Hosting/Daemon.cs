using System.Globalization;
using IoMerge.Mount.Mounting;
using IoMerge.Mount.Mounting.Native;
using Tmds.Linux;

namespace IoMerge.Mount.Hosting;

/// <summary>
/// Runs the mount in a process of its own: starts this program again in a new session, without a terminal, and returns
/// when that one says that the volumes are there or why they are not. (A .NET process cannot fork.)
/// </summary>
internal static class Daemon
{
    /// <summary>The variable by which the child knows the descriptor to report on.</summary>
    public const string ReadyVariable = "IOMERGE_READY_FD";

    private const int ReportDescriptor = 3;

    /// <summary>Starts the child and waits for its word.</summary>
    /// <param name="arguments">The child's arguments.</param>
    /// <param name="logFile">Where its output goes; null for nowhere.</param>
    /// <returns>The exit code to leave with.</returns>
    /// <exception cref="MountException">The child could not be started.</exception>
    public static int Start(IReadOnlyList<string> arguments, string? logFile)
    {
        int input = Open("/dev/null", LibC.O_RDONLY);
        int output = Open(logFile ?? "/dev/null", LibC.O_WRONLY | (logFile is null ? 0 : LibC.O_CREAT | LibC.O_APPEND));
        (int read, int write) = Descriptors.Pipe();
        var variables = new Dictionary<string, string>
        {
            [ReadyVariable] = ReportDescriptor.ToString(CultureInfo.InvariantCulture),
        };
        List<(int, int)> descriptors = [(input, 0), (output, 1), (output, 2), (write, ReportDescriptor)];
        int pid = ChildProcess.Start([.. OwnCommand(), .. arguments], variables, descriptors, newSession: true);
        foreach (int done in (int[])[input, output, write])
            _ = LibC.close(done);
        string report = Descriptors.ReadToEnd(read);
        _ = LibC.close(read);
        return Relay(report, pid);
    }

    private static int Relay(string report, int pid)
    {
        int line = report.IndexOf('\n', StringComparison.Ordinal);
        ReadOnlySpan<char> number = report.AsSpan(0, Math.Max(line, 0));
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int code))
        {
            Console.Error.WriteLine($"iomerge: the process in the background ended with code {ChildProcess.Wait(pid)} "
                + "before it had mounted; use --log-file to see why");
            return ExitCode.Failure;
        }
        TextWriter writer = code == ExitCode.Success ? Console.Out : Console.Error;
        writer.Write(report.AsSpan(line + 1));
        // Whoever mends the cause and tries again must find nothing held any more.
        if (code != ExitCode.Success)
            _ = ChildProcess.Wait(pid);
        return code;
    }

    /// <summary>
    /// The words that start this program: started through the "dotnet" host, it is the first argument of the host.
    /// </summary>
    /// <exception cref="MountException">Its own path is not known.</exception>
    public static IReadOnlyList<string> OwnCommand()
    {
        string process = Environment.ProcessPath ?? throw new MountException("this program's own path is not known.");
        bool isHost = Path.GetFileNameWithoutExtension(process) == "dotnet";
        return isHost ? [process, Environment.GetCommandLineArgs()[0]] : [process];
    }

    private static int Open(string path, int flags)
    {
        int descriptor = Descriptors.Open(path, flags);
        return descriptor >= 0 ? descriptor
            : throw new MountException($"{path} cannot be opened: {SystemError.Text(SystemError.Last)}");
    }
}
