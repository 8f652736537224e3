using IoMerge.Benchmark.Mounted.Programs;

namespace IoMerge.Benchmark.Tests.Mounted;

/// <summary>Servers of a benchmark live as long as it wants them to, whichever thread started them.</summary>
public sealed class ServerProcessTests
{
    [Fact]
    public async Task ServerThatEndsWithItsParent_OutlivesTheThreadThatAskedForIt()
    {
        ServerProcess? server = null;
        string? task = null;
        var asks = new Thread(() =>
        {
            task = new FileInfo("/proc/thread-self").LinkTarget;
            server = ServerProcess.Start(new CommandWords("setpriv", ["--pdeathsig", "TERM", "sh", "-c",
                "trap 'echo alive' USR1; echo ready; while :; do sleep 0.05; done"]));
        });
        asks.Start();
        asks.Join();
        Assert.NotNull(server);
        await using (server.ConfigureAwait(false))
        {
            await UntilAsync(server, () => server.Output.Contains("ready", StringComparison.Ordinal));
            await UntilAsync(server, () => !Directory.Exists($"/proc/{task}"));

            // A signal that ends it would come before its answer to this one.
            server.Signal(ServerProcess.SigUsr1);
            await UntilAsync(server, () => server.Output.Contains("alive", StringComparison.Ordinal));
        }
    }

    private static Task UntilAsync(ServerProcess server, Func<bool> condition) =>
        server.UntilAsync(condition, TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
}
