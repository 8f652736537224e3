using System.Text.RegularExpressions;

namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>
/// Makes system calls of a running server fail now and then, without being carried out, or hang, as strace can. Only
/// calls that concern certain files do where such are named: the runtime's own stay as they are.
/// </summary>
internal sealed partial class Interruptions : IDisposable
{
    private readonly ChildProcess _strace;
    private readonly string _log;

    private Interruptions(ChildProcess strace, string log)
    {
        _strace = strace;
        _log = log;
    }

    /// <summary>The calls that were made to fail, by name; complete once the server has ended.</summary>
    internal IReadOnlySet<string> Failed
    {
        get
        {
            _strace.WaitForExit();
            return File.ReadLines(_log).Select(line => FailedCall().Match(line))
                .Where(match => match.Success).Select(match => match.Groups[1].Value).ToHashSet();
        }
    }

    /// <summary>Begins, and returns once every thread of the server is under it.</summary>
    /// <param name="server">The server.</param>
    /// <param name="folder">Where the log goes.</param>
    /// <param name="error">What the calls fail with, the first of each thread and every third after it.</param>
    /// <param name="calls">Names of the calls.</param>
    /// <param name="files">The files that are meant; none for calls on anything.</param>
    internal static Interruptions Of(
        ChildProcess server, TemporaryFolder folder, string error, string[] calls, IEnumerable<string> files) =>
        Begin(server, folder, $"error={error}:when=1+3", calls, files);

    /// <summary>The same for calls that hang for longer than any test, or until this ends.</summary>
    internal static Interruptions Hanging(
        ChildProcess server, TemporaryFolder folder, string[] calls, IEnumerable<string> files) =>
        Begin(server, folder, "delay_enter=1000000000", calls, files);

    private static Interruptions Begin(
        ChildProcess server, TemporaryFolder folder, string effect, string[] calls, IEnumerable<string> files)
    {
        string log = folder.File("strace.log");
        string list = string.Join(',', calls);
        ChildProcess strace = ChildProcess.Start(
            "strace", ["-f", "-qq", "-o", log, "-e", $"trace={list}", "-e", $"inject={list}:{effect}",
            .. files.SelectMany(file => new[] { "-P", file }), "-p", $"{server.Id}"]);
        Interruptions interruptions = new(strace, log);
        try
        {
            Until.True(
                () => strace.HasExited || Directory.EnumerateDirectories($"/proc/{server.Id}/task").All(IsTraced),
                () => "strace does not begin.");
            Assert.False(strace.HasExited, strace.Output);
            return interruptions;
        }
        catch
        {
            interruptions.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _strace.Dispose();

    /// <summary>The sockets of a process, by the names that the kernel has for them.</summary>
    internal static IEnumerable<string> SocketsOf(ChildProcess server) => Directory
        .EnumerateFiles($"/proc/{server.Id}/fd")
        .Select(fd => new FileInfo(fd).LinkTarget)
        .OfType<string>()
        .Where(target => target.StartsWith("socket:", StringComparison.Ordinal))
        .Distinct();

    private static bool IsTraced(string task)
    {
        try
        {
            return !File.ReadLines(Path.Combine(task, "status")).Contains("TracerPid:\t0");
        }
        catch (IOException)
        {
            return true; // It has ended in between.
        }
    }

    // "1234 read(24</dev/fuse>, 0x7f..., 135168) = -1 EINTR (Interrupted system call) (INJECTED)"; a call that other
    // threads' lines interrupted begins with "<... read resumed>".
    [GeneratedRegex(@"^\d+ +(?:<\.\.\. )?(\w+)[ (].*\(INJECTED\)$")]
    private static partial Regex FailedCall();
}
