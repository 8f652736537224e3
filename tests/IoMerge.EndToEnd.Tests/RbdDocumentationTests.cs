namespace IoMerge.EndToEnd.Tests;

/// <summary>The quick start in docs/rbd.md, run as one script, on the tests' cluster.</summary>
public sealed class RbdDocumentationTests
{
    [MountFact]
    public void QuickStart_AsItIsWritten_MountsAnImageAndUnmountsIt()
    {
        CephCluster cluster = CephCluster.Shared;
        using TemporaryFolder folder = new();
        string point = folder.File("mnt");
        string[] lines = [.. File.ReadLines(RepositoryRoot.Combine("docs", "rbd.md"))
            .SkipWhile(line => line != "```sh").Skip(1).TakeWhile(line => line != "```")];
        string script = string.Join('\n', lines)
            .Replace("sudo ", "", StringComparison.Ordinal)
            // What apt would install here is what these tests use.
            .Replace("apt install", "apt-get install --simulate", StringComparison.Ordinal)
            .Replace("/mnt/iomerge", point, StringComparison.Ordinal)
            .Replace("./iomerge", Iomerge.Path, StringComparison.Ordinal);
        try
        {
            string file = folder.File("start.sh");
            File.WriteAllText(file, "set -e\n" + script);
            ShellResult result = cluster.Try($"bash '{file}'");

            Assert.True(result.ExitCode == 0, result.Output);
            Assert.Equal(5, lines.Length);
            Assert.Contains("rbd/disk", result.Output, StringComparison.Ordinal);
            Assert.False(Mounts.Has(point));
        }
        finally
        {
            Mounts.Clear(point);
            cluster.Try("rbd rm --no-progress rbd/disk");
        }
    }
}
