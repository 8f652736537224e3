using System.Text.RegularExpressions;

namespace IoMerge.Repository.Tests;

/// <summary>The code that the documents show is code that was compiled and run.</summary>
public sealed partial class ExampleTests
{
    private const string Folder = "docs/examples/IoMerge.Example";

    [Fact]
    public void CodeBlocks_MarkedAsExamples_AreTheExamplesOwnLines()
    {
        List<string> faults = [];
        List<string> shown = [];
        foreach (RepositoryFile document in RepositoryFiles.WithEnding(".md"))
        {
            for (int i = 0; i < document.Lines.Length; i++)
            {
                Match marker = Marker().Match(document.Lines[i]);
                if (!marker.Success)
                    continue;
                (string file, string region) = (marker.Groups[1].Value, marker.Groups[2].Value);
                shown.Add($"{file}#{region}");
                if (Block(document.Lines, i + 1) != Region(file, region))
                    faults.Add($"{document.Name}:{i + 1} differs from {Folder}/{file}#{region}");
            }
        }

        Findings.AssertNone(faults);
        Assert.Equal(Regions().Order(), shown.Distinct().Order());
    }

    [Fact]
    public void Example_Run_SaysWhatTheDocumentShows()
    {
        string configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/'))!);
        string program = RepositoryRoot.Combine(Folder, "bin", configuration, "net10.0", "IoMerge.Example.dll");
        string[] library = File.ReadAllLines(RepositoryRoot.Combine("docs/library.md"));
        int shown = Array.FindIndex(library, line => line == "<!-- output of the example -->");

        using ChildProcess example = ChildProcess.Start("dotnet", program);
        int exitCode = example.WaitForExit();

        Assert.True(exitCode == 0, example.Output);
        Assert.Equal(Block(library, shown + 1), example.Output.TrimEnd());
    }

    // The lines of the fenced block that begins there.
    private static string Block(string[] lines, int start)
    {
        Assert.StartsWith("```", lines[start], StringComparison.Ordinal);
        int end = Array.IndexOf(lines, "```", start + 1);
        return string.Join('\n', lines[(start + 1)..end]);
    }

    private static string Region(string file, string name)
    {
        string[] lines = File.ReadAllLines(RepositoryRoot.Combine(Folder, file));
        int start = Array.IndexOf(lines, $"// <{name}>"), end = Array.IndexOf(lines, $"// </{name}>");
        Assert.True(start >= 0 && end > start, $"{file} has no region {name}");
        return string.Join('\n', lines[(start + 1)..end]);
    }

    private static IEnumerable<string> Regions() =>
        from file in RepositoryFiles.WithEnding(".cs")
        where file.Name.StartsWith(Folder + "/", StringComparison.Ordinal)
        from line in file.Lines
        let start = RegionStart().Match(line)
        where start.Success
        select $"{Path.GetFileName(file.Name)}#{start.Groups[1].Value}";

    [GeneratedRegex(@"^<!-- example: ([\w.]+)#(\w+) -->$")]
    private static partial Regex Marker();

    [GeneratedRegex("^// <(\\w+)>$")]
    private static partial Regex RegionStart();
}
