namespace IoMerge.EndToEnd.Tests;

/// <summary>The commands at the beginning of the page about NBD, run in folders of the test.</summary>
public sealed class NbdQuickStartTests
{
    private const string Mark = "<!-- run by NbdQuickStartTests -->";

    [MountFact]
    public void QuickStart_AsItIsWritten_Works()
    {
        using TemporaryFolder folder = new();
        string point = folder.File("mnt");
        string[] commands = [.. File.ReadLines(RepositoryRoot.Combine("docs", "nbd.md"))
            .SkipWhile(line => line != Mark).Skip(2).TakeWhile(line => line != "```")];
        string script = string.Join('\n', commands)
            .Replace("/mnt/nbd", point, StringComparison.Ordinal)
            .Replace("/run/", folder.Path + "/", StringComparison.Ordinal)
            .Replace("./iomerge", Iomerge.Path, StringComparison.Ordinal);
        try
        {
            ShellResult result = Shell.Try("set -e\n" + script);

            Assert.True(result.ExitCode == 0, result.Output);
            Assert.Equal(5, commands.Length);
            Assert.False(Mounts.Has(point));
        }
        finally
        {
            Mounts.Clear(point);
            Shell.Try($"pkill -f 'nbdkit --unix {folder.Path}/'");
        }
    }
}
