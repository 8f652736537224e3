namespace IoMerge.EndToEnd.Tests;

/// <summary>The measuring scripts, once and short: figures mean nothing here, but all parts run.</summary>
[Collection(PagesLimit.Collection)]
public sealed class BenchScriptTests
{
    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(5);

    [MountFact]
    public void Mounts_AreMeasuredAndReported()
    {
        using TemporaryFolder folder = new();
        string limit = PagesLimit.CanBeRaised ? File.ReadAllText(PagesLimit.Setting) : "";

        string report = Run("bench/mount.sh --rounds 1 --seconds 1 --size $((32 << 20)) --only null-1 "
            + $"--only memory-none --folder '{folder.Path}' --only file-4m --only disk --only raw "
            + "--only randread-4k-qd32 --only seqread-4m-qd4");

        Assert.Contains("| randread-4k-qd32 | ", report, StringComparison.Ordinal);
        Assert.Matches(
            @"\| (reached|\*\*missed\*\*) \| rate \| disk \| raw \| randread-4k-qd32 \| ≥ 0.9 \| \d", report);
        Assert.Matches(@"\* memory-none: \d+\.\d\d, (reached|\*\*missed\*\*)", report);
        Assert.Matches(@"\* disk: \d+, reached", report);
        if (PagesLimit.CanBeRaised)
        {
            Assert.Matches(@"\| seqread-4m-qd4 \|.* \d+\.\d+ \(", report);
            Assert.Equal(limit, File.ReadAllText(PagesLimit.Setting));
        }
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [MountFact]
    public void NetworkStores_AreMeasuredAndReported()
    {
        string report = Run("bench/network.sh --rounds 1 --seconds 1 --size 16MiB --only serial");

        Assert.Matches(@"\| seqread-4k-qd32 \| \d+ .* \d+ ", report);
        Assert.Matches(@"\| (reached|\*\*missed\*\*) \| serial \| Deadline \| nbdfuse \| seqwrite-4k-qd32 \|", report);
    }

    private static string Run(string command)
    {
        ShellResult result = Shell.Try(
            $"cd '{RepositoryRoot.Combine()}' && IOMERGE_PROGRAM='{Iomerge.Path}' {command}", s_hang);
        Assert.True(result.ExitCode == 0, result.Output);
        return result.Output;
    }
}
