namespace IoMerge.Benchmark.Mounted.Programs;

/// <summary>A program and its arguments, with what it is to be started under. A pure description.</summary>
/// <param name="Program">Name or path.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record CommandWords(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>The same, as a member of a cgroup from its first instruction on.</summary>
    /// <param name="processesFile">The group's <c>cgroup.procs</c>; null for no group.</param>
    public CommandWords Within(string? processesFile) => processesFile is null ? this
        : new CommandWords("sh", ["-c", "echo $$ >\"$0\" && exec \"$@\"", processesFile, Program, .. Arguments]);

    /// <summary>The same, with variables in its environment.</summary>
    /// <param name="variables">Each as <c>NAME=VALUE</c>.</param>
    public CommandWords With(IReadOnlyList<string> variables) =>
        variables.Count == 0 ? this : new CommandWords("env", [.. variables, Program, .. Arguments]);

    /// <summary>
    /// The same, in a session of its own: the terminal's Ctrl-C then reaches only us, and we end it in order.
    /// </summary>
    public CommandWords Detached() => new("setsid", [Program, .. Arguments]);

    /// <summary>The command line, for messages.</summary>
    public override string ToString() => string.Join(' ', [Program, .. Arguments]);
}
