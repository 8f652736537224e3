namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>
/// What <c>packaging/install.sh</c> installs, in a folder instead of the machine, once for all tests that look at it.
/// Commands run in a mount namespace of their own in which it lies over the machine's files.
/// </summary>
public sealed class Installation : IDisposable
{
    private static readonly string s_script = RepositoryRoot.Combine("packaging", "install.sh");

    private readonly Lazy<TemporaryFolder> _folder = new(() =>
    {
        TemporaryFolder folder = new();
        Install(folder.Path);
        return folder;
    });

    /// <summary>The folder that stands for the machine's root.</summary>
    internal string Root => _folder.Value.Path;

    /// <summary>Installs below a folder; what it says has to be a success.</summary>
    internal static void Install(string root, string arguments = "") =>
        Shell.Run($"DESTDIR='{root}' '{s_script}' {arguments}", TimeSpan.FromMinutes(10));

    /// <summary>
    /// The command line that runs a script where the installed files are in their places and mounts are its own.
    /// </summary>
    internal string[] Inside(string script, params string[] namespaces) =>
    [
        "unshare", "--mount", "--propagation", "private", .. namespaces, "/bin/bash", "-euc",
        "over() { mount -t overlay installed -o \"lowerdir=$0$1:$2\" \"$2\"; }; "
            + "over /opt /opt; over /usr/local /usr/local; over /sbin \"$(readlink -f /sbin)\"; over /etc /etc; "
            + script,
        Root,
    ];

    /// <summary>Runs a script to its end, with all that it starts, and returns the outcome.</summary>
    internal ShellResult Try(string script)
    {
        using ChildProcess process = Start(Inside(script, "--pid", "--fork", "--mount-proc"));
        return new ShellResult(script, process.WaitForExit(), process.Output);
    }

    /// <summary>Starts a command line.</summary>
    internal static ChildProcess Start(string[] command) => ChildProcess.Start(command[0], command[1..]);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_folder.IsValueCreated)
            _folder.Value.Dispose();
    }
}
