namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>
/// The program as <c>packaging/native.sh</c> compiles it ahead of time; compiled once for all tests that use it, which
/// takes a minute or two.
/// </summary>
public sealed class NativeProgram : IDisposable
{
    private readonly Lazy<TemporaryFolder> _folder = new(() =>
    {
        TemporaryFolder folder = new();
        Shell.Run($"'{RepositoryRoot.Combine("packaging", "native.sh")}' '{folder.Path}'", TimeSpan.FromMinutes(10));
        return folder;
    });

    /// <summary>Its path.</summary>
    internal string Path => _folder.Value.File("iomerge");

    /// <summary>Starts it and lets it run.</summary>
    internal ChildProcess Start(params IEnumerable<string> arguments) => ChildProcess.Start(Path, arguments);

    /// <summary>Runs it to its end, on a machine as it were without .NET, and returns the outcome.</summary>
    internal ShellResult Run(params IEnumerable<string> arguments)
    {
        // Nothing of a runtime may be found: neither through the variable nor in the usual places on the path.
        using ChildProcess process = ChildProcess.Start(
            "/usr/bin/env", ["-i", "PATH=/usr/bin:/bin:/usr/sbin:/sbin", Path, .. arguments]);
        int exitCode = process.WaitForExit();
        return new ShellResult("iomerge " + string.Join(' ', arguments), exitCode, process.Output);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_folder.IsValueCreated)
            _folder.Value.Dispose();
    }
}
