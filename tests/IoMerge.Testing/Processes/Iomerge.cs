namespace IoMerge.Testing.Processes;

/// <summary>The built program, run as a person runs it.</summary>
public static class Iomerge
{
    /// <summary>Its path: <c>IOMERGE_PROGRAM</c>, or what was built beside the running tests.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("IOMERGE_PROGRAM") ?? BuiltProgram();

    /// <summary>Runs it to its end and returns the outcome.</summary>
    public static ShellResult Run(params IEnumerable<string> arguments)
    {
        using ChildProcess process = Start(arguments);
        int exitCode = process.WaitForExit();
        return new ShellResult("iomerge " + string.Join(' ', arguments), exitCode, process.Output);
    }

    /// <summary>Starts it and lets it run.</summary>
    public static ChildProcess Start(params IEnumerable<string> arguments) => ChildProcess.Start(Path, arguments);

    private static string BuiltProgram()
    {
        // .../bin/<configuration>/<framework>/
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd('/'));
        string path = RepositoryRoot.Combine(
            "src", "Mount", "bin", framework.Parent!.Name, framework.Name, "iomerge");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not built.");
    }
}
