using System.Text.RegularExpressions;

namespace IoMerge.Repository.Tests;

/// <summary>What the documents show exists: links lead somewhere, commands can be typed.</summary>
public sealed partial class DocumentationTests
{
    private static readonly RepositoryFile[] Documents = [.. RepositoryFiles.WithEnding(".md")];

    [Fact]
    public void Links_LeadToFilesAndHeadings()
    {
        List<string> broken = [];
        int count = 0;
        foreach (RepositoryFile document in Documents)
        foreach (Match link in document.Lines.SelectMany(line => Link().Matches(line)))
        {
            string target = link.Groups[1].Value;
            if (Regex.IsMatch(target, "^(https?|mailto):"))
                continue;
            count++;
            if (!Resolves(document, target))
                broken.Add($"{document.Name}: {target}");
        }

        Assert.True(count > 0, "no link was found: the check is broken");
        Findings.AssertNone(broken);
    }

    [Fact]
    public void Scripts_ShownInDocuments_Exist()
    {
        string[] shown = [.. CommandLines()
            .SelectMany(line => ScriptPath().Matches(line).Select(match => match.Groups[1].Value))
            .Distinct()];

        Assert.Contains("iomerge", shown);
        Assert.Contains("test.sh", shown);
        Assert.All(
            shown, path => Assert.True(File.Exists(RepositoryRoot.Combine(path)), $"{path} is shown and missing"));
    }

    [Fact]
    public void IomergeCommands_ShownInDocuments_AreUnderstood()
    {
        Dictionary<string, string> help = [];
        List<string> faults = [];
        foreach (Match command in CommandLines().SelectMany(line => IomergeCommand().Matches(line)))
        {
            string verb = command.Groups[1].Value;
            if (!help.TryGetValue(verb, out string? text))
            {
                ShellResult result = Iomerge.Run(verb, "--help");
                help[verb] = text = result.ExitCode == 0 ? result.Output : "";
            }
            if (text.Length == 0)
                faults.Add($"no such command: {command.Value}");
            foreach (Match option in LongOption().Matches(command.Groups[2].Value))
            {
                if (!text.Contains(option.Value, StringComparison.Ordinal))
                    faults.Add($"no such option: {command.Value}");
            }
        }

        Assert.Contains("mount", help.Keys);
        Findings.AssertNone(faults);
    }

    // The lines of ```sh, ```bash and ```console blocks, continued lines joined, prompts and comments taken off.
    private static IEnumerable<string> CommandLines()
    {
        foreach (RepositoryFile document in Documents)
        {
            bool inside = false;
            string pending = "";
            foreach (string line in document.Lines)
            {
                string trimmed = line.Trim();
                if (trimmed.StartsWith("```", StringComparison.Ordinal))
                {
                    inside = !inside && trimmed is "```sh" or "```bash" or "```console";
                    continue;
                }
                if (!inside)
                    continue;
                pending += trimmed.TrimStart('$', ' ').TrimEnd('\\');
                if (trimmed.EndsWith('\\'))
                    continue;
                yield return Regex.Replace(pending, @"(^|\s)#.*", "");
                pending = "";
            }
        }
    }

    private static bool Resolves(RepositoryFile document, string target)
    {
        string[] parts = target.Split('#', 2);
        string path = parts[0].Length == 0
            ? RepositoryRoot.Combine(document.Name)
            : Path.GetFullPath(RepositoryRoot.Combine(Path.GetDirectoryName(document.Name)!, parts[0]));
        if (!File.Exists(path) && !Directory.Exists(path))
            return false;
        return parts.Length == 1 || File.ReadLines(path)
            .Where(line => line.StartsWith('#'))
            .Any(line => Anchor(line) == parts[1]);
    }

    private static string Anchor(string heading) =>
        NotInAnchor().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?:^|\s)(?:sudo )?\./([\w./-]+)")]
    private static partial Regex ScriptPath();

    [GeneratedRegex(@"^(?:sudo )?(?:\./)?iomerge (mount|[a-z]+)\b(.*)$")]
    private static partial Regex IomergeCommand();

    [GeneratedRegex(@"--[a-z][a-z-]+")]
    private static partial Regex LongOption();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
