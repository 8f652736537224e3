using System.Text.RegularExpressions;

namespace IoMerge.Repository.Tests;

/// <summary>What a build depends on is written down once, and pinned.</summary>
public sealed class PackagingTests
{
    private static readonly RepositoryFile[] Projects = [.. RepositoryFiles.WithEnding(".csproj")];

    [Fact]
    public void Projects_NameNoVersions() =>
        Assert.Empty(Projects.Where(project => project.Lines.Any(line =>
            line.Contains("<PackageReference", StringComparison.Ordinal)
            && line.Contains("Version=", StringComparison.Ordinal))).Select(project => project.Name));

    [Fact]
    public void CentralVersions_AreAllUsed()
    {
        string[] central = [.. File.ReadLines(RepositoryRoot.Combine("Directory.Packages.props"))
            .Select(line => Regex.Match(line, "<PackageVersion Include=\"([^\"]+)\""))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value)];
        string everything = string.Join('\n', Projects.SelectMany(project => project.Lines));

        Assert.NotEmpty(central);
        Assert.All(central, package => Assert.Contains(
            $"<PackageReference Include=\"{package}\"", everything, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryProject_HasItsLockFileAndIsInTheSolution()
    {
        string solution = File.ReadAllText(RepositoryRoot.Combine("IoMerge.sln"));

        Assert.All(Projects, project =>
        {
            Assert.True(
                File.Exists(RepositoryRoot.Combine(Path.GetDirectoryName(project.Name)!, "packages.lock.json")),
                $"{project.Name} has no packages.lock.json: run dotnet restore");
            Assert.Contains(project.Name.Replace('/', '\\'), solution, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void EveryTestProject_IsRunByTestScript() =>
        // test.sh runs tests/*.Tests.
        Assert.All(
            Projects.Where(project => project.Lines.Any(
                line => line.Contains("Microsoft.NET.Test.Sdk", StringComparison.Ordinal))),
            project => Assert.Matches(@"^tests/[^/]+\.Tests/", project.Name));

    [Fact]
    public void License_IsMit() =>
        Assert.Contains("MIT License", File.ReadAllText(RepositoryRoot.Combine("LICENSE")), StringComparison.Ordinal);
}
