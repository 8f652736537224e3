using System.Reflection;
using System.Text.RegularExpressions;
using IoMerge.Backends;

namespace IoMerge.Repository.Tests;

/// <summary>The arrows between the assemblies point one way: Mount and backends know the abstractions, the scheduler
/// knows no store and no FUSE.</summary>
public sealed class DependencyDirectionTests
{
    private const string Abstractions = "IoMerge.Backends.Abstractions";

    [Theory]
    [InlineData(Abstractions)]
    [InlineData("IoMerge.Scheduler", Abstractions)]
    [InlineData("IoMerge.Rings", Abstractions)]
    [InlineData("IoMerge.Backends.Local", Abstractions, "IoMerge.Rings")]
    [InlineData("IoMerge.Backends.Decorators", Abstractions)]
    [InlineData("IoMerge.Backends.Nbd", Abstractions)]
    [InlineData("IoMerge.Backends.Rbd", Abstractions)]
    [InlineData("IoMerge.Traces", Abstractions)]
    [InlineData("IoMerge.Benchmark", Abstractions, "IoMerge.Scheduler", "IoMerge.Traces")]
    public void Assembly_ReferencesOfOurs_AreOnlyThoseAllowed(string assembly, params string[] allowed)
    {
        string[] ours = [.. References(assembly).Where(IsOurs)];

        Assert.All(ours, name => Assert.Contains(name, allowed));
    }

    [Fact]
    public void Abstractions_Reference_NothingButTheFramework() =>
        Assert.All(References(Abstractions), name => Assert.StartsWith("System.", name, StringComparison.Ordinal));

    [Theory]
    [InlineData("src/Backends/Abstractions")]
    [InlineData("src/Scheduler", "src/Backends/Abstractions")]
    [InlineData("src/Rings", "src/Backends/Abstractions")]
    [InlineData("src/Backends/Local", "src/Backends/Abstractions", "src/Rings")]
    [InlineData("src/Backends/Decorators", "src/Backends/Abstractions")]
    [InlineData("src/Backends/Nbd", "src/Backends/Abstractions")]
    [InlineData("src/Backends/Rbd", "src/Backends/Abstractions")]
    [InlineData("src/Traces", "src/Backends/Abstractions")]
    [InlineData("src/Benchmark", "src/Backends/Abstractions", "src/Scheduler", "src/Traces")]
    public void Project_References_AreOnlyThoseAllowed(string folder, params string[] allowed)
    {
        // An assembly records only what it uses; the project file also what it could use.
        RepositoryFile project = RepositoryFiles.WithEnding(".csproj")
            .Single(file => Path.GetDirectoryName(file.Name) == folder);

        IEnumerable<string> references = project.Lines
            .Select(line => Regex.Match(line, "<ProjectReference Include=\"([^\"]+)\""))
            .Where(match => match.Success)
            .Select(match => Path.GetDirectoryName(Path.GetRelativePath(
                RepositoryRoot.Path, Path.GetFullPath(RepositoryRoot.Combine(folder, match.Groups[1].Value))))!);

        Assert.All(references, name => Assert.Contains(name, allowed));
    }

    [Fact]
    public void ConcreteBackends_AreNamedByTheCompositionRootOnly()
    {
        string[] assemblies =
            ["IoMerge.Backends.Local", "IoMerge.Backends.Decorators", "IoMerge.Backends.Nbd", "IoMerge.Backends.Rbd"];
        string[] backends = [.. assemblies
            .SelectMany(name => Load(name).GetTypes())
            .Where(type => typeof(IBackend).IsAssignableFrom(type) && !type.IsInterface)
            .Select(type => type.Name)];
        Assert.True(backends.Length >= 3, "the search for backends finds too few: it is broken");
        Regex named = new($@"\b({string.Join('|', backends)})\b");

        IEnumerable<string> offenders = RepositoryFiles.WithEnding(".cs")
            .Where(file => file.Name.StartsWith("src/Mount/", StringComparison.Ordinal)
                && file.Name != "src/Mount/CompositionRoot.cs")
            .SelectMany(file => file.Lines
                .Where(line => named.IsMatch(line) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                .Select(line => $"{file.Name}: {line.Trim()}"));

        Findings.AssertNone(offenders);
    }

    private static IEnumerable<string> References(string assembly) =>
        Load(assembly).GetReferencedAssemblies().Select(name => name.Name!);

    private static bool IsOurs(string name) =>
        name.StartsWith("IoMerge", StringComparison.Ordinal) || name == "iomerge";

    private static Assembly Load(string name) =>
        Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
}
