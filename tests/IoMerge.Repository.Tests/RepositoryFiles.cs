namespace IoMerge.Repository.Tests;

/// <summary>A text file of the repository.</summary>
/// <param name="Name">Path from the root, with slashes.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record RepositoryFile(string Name, string[] Lines);

/// <summary>The files that people write: what the build makes, and what Git keeps for itself, is left out.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] Skipped =
        [".git", "bin", "obj", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts", ".vs", "results"];

    /// <summary>Every file whose name ends in one of <paramref name="endings"/>; all when none is given.</summary>
    internal static IEnumerable<RepositoryFile> WithEnding(params string[] endings) =>
        Names(RepositoryRoot.Path)
            .Where(path => endings.Length == 0
                || endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
            .Select(path => new RepositoryFile(
                Path.GetRelativePath(RepositoryRoot.Path, path), File.ReadAllLines(path)));

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file) != ".git").Concat(
            Directory.EnumerateDirectories(folder)
                .Where(child => !Skipped.Contains(Path.GetFileName(child)))
                .SelectMany(Names));
}

/// <summary>Reports all that a check found, in full: the assertion library would cut the list short.</summary>
internal static class Findings
{
    internal static void AssertNone(IEnumerable<string> findings)
    {
        string[] all = [.. findings];
        Assert.True(all.Length == 0, $"{all.Length} found:\n{string.Join('\n', all)}");
    }
}
