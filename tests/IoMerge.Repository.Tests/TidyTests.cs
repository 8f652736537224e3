using System.Text.RegularExpressions;

namespace IoMerge.Repository.Tests;

/// <summary>The habits of the house, checked by machine so that no reviewer has to.</summary>
public sealed class TidyTests
{
    private const int MaxFileLines = 400;
    private const int MaxMethodLines = 70;
    private const int MaxColumns = 120;

    private static readonly string[] Sources = [".cs", ".c", ".sh", ".awk"];

    [Fact]
    public void SourceFiles_StayWithinLimits()
    {
        List<string> faults = [];
        foreach (RepositoryFile file in RepositoryFiles.WithEnding(Sources))
        {
            if (file.Lines.Length > MaxFileLines)
                faults.Add($"{file.Name}: {file.Lines.Length} lines; split it");
            for (int i = 0; i < file.Lines.Length; i++)
            {
                if (file.Lines[i].Replace("\t", "        ").Length > MaxColumns)
                    faults.Add($"{file.Name}:{i + 1}: longer than {MaxColumns} columns");
                if (file.Lines[i].EndsWith(' ') || file.Lines[i].EndsWith('\t'))
                    faults.Add($"{file.Name}:{i + 1}: blanks at the end");
            }
        }

        Findings.AssertNone(faults);
    }

    [Fact]
    public void Methods_FitAScreen() =>
        Findings.AssertNone(RepositoryFiles.WithEnding(".cs").SelectMany(LongMethods));

    [Fact]
    public void LongMethod_IsSeenByTheCheck()
    {
        string[] lines =
        [
            "public sealed class C", "{", "    public void M(", "        int x)", "    {",
            .. Enumerable.Repeat("        x++;", MaxMethodLines + 1), "    }", "}",
        ];

        Assert.Single(LongMethods(new RepositoryFile("C.cs", lines)));
    }

    [Theory]
    // The words are put together here, so that this file does not trip over itself.
    [InlineData("src", "NotImplemented" + "Exception", "finish it, or leave it out")]
    [InlineData("src", "TO" + "DO", "finish it, or open an issue")]
    [InlineData("src", "FIX" + "ME", "fix it")]
    [InlineData("tests", "TO" + "DO", "finish it, or open an issue")]
    [InlineData("tests", "Thread" + @"\.Sleep", "wait for a condition: Until.True")]
    [InlineData("tests", "Task" + @"\.Delay", "wait for a condition: Until.True")]
    [InlineData("src", @"<summary>\s*</summary>", "say what it is")]
    [InlineData("src", "Suppress" + "GCTransition", "a blocking call would stall every collection")]
    [InlineData("src", @"\bConsole\.Write(Line)?\(""DEBUG", "take it out")]
    public void Sources_DoNotContain(string folder, string pattern, string instead)
    {
        Regex banned = new(pattern);

        IEnumerable<string> found = RepositoryFiles.WithEnding(".cs")
            .Where(file => file.Name.StartsWith(folder + "/", StringComparison.Ordinal))
            .SelectMany(file => file.Lines.Select((line, i) => (file.Name, line, i)))
            .Where(place => banned.IsMatch(place.line))
            .Select(place => $"{place.Name}:{place.i + 1}: {place.line.Trim()} ({instead})");

        Findings.AssertNone(found);
    }

    [Fact]
    public void Texts_NameNoPlaceOutsideTheRepository()
    {
        // Folders of single machines; a reader elsewhere has none of them.
        Regex foreign = new(string.Join(
            '|', "/wo" + "rk/", @"\.\./sha" + "red", "/tmp/" + "wt", "/ro" + @"ot/\w", "/ho" + @"me/\w"));

        IEnumerable<string> found = RepositoryFiles.WithEnding()
            .SelectMany(file => file.Lines.Select((line, i) => (file.Name, line, i)))
            .Where(place => foreign.IsMatch(place.line))
            .Select(place => $"{place.Name}:{place.i + 1}: {place.line.Trim()}");

        Findings.AssertNone(found);
    }

    [Fact]
    public void Scripts_ParseAndAreExecutable()
    {
        string[] scripts = ["iomerge", "test.sh", ".ci/run", "bench/mount.sh"];

        Assert.All(
            scripts,
            script => Shell.Run($"cd '{RepositoryRoot.Path}' && test -x '{script}' && bash -n '{script}'"));
        Assert.All(
            RepositoryFiles.WithEnding(".sh").Select(file => file.Name),
            script => Shell.Run($"cd '{RepositoryRoot.Path}' && bash -n '{script}'"));
    }

    // A method's body is the block at the indentation of members, one or two types deep; types are no methods.
    private static IEnumerable<string> LongMethods(RepositoryFile file)
    {
        foreach (string indent in new[] { "    ", "        " })
        {
            for (int open = 1; open < file.Lines.Length; open++)
            {
                if (file.Lines[open] != indent + "{" || !IsMethod(file.Lines, open, indent))
                    continue;
                // What is no method after all, an initializer for instance, ends with more behind the brace.
                int close = Array.FindIndex(
                    file.Lines, open, line => line.StartsWith(indent + "}", StringComparison.Ordinal));
                if (close - open - 1 > MaxMethodLines)
                    yield return $"{file.Name}:{open}: a method of {close - open - 1} lines";
            }
        }
    }

    private static bool IsMethod(string[] lines, int open, string indent)
    {
        int header = open - 1;
        while (header > 0 && !Regex.IsMatch(lines[header], $"^{indent}\\S"))
            header--;
        return lines[header].Contains('(', StringComparison.Ordinal)
            && !Regex.IsMatch(lines[header], @"\b(class|struct|record|interface|enum|switch)\b");
    }
}
