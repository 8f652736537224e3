using Microsoft.Extensions.Hosting;

namespace IoMerge.Mount.Hosting;

/// <summary>
/// Ties a mount to the life of the host: the host has started when the volumes are there, stops when they are gone, and
/// takes them away when it is stopped.
/// </summary>
internal sealed class MountService(MountRun run, IHostApplicationLifetime lifetime) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await run.StartAsync().ConfigureAwait(false);
        _ = run.Ended.ContinueWith(_ => lifetime.StopApplication(), CancellationToken.None,
            TaskContinuationOptions.None, TaskScheduler.Default);
    }

    public Task StopAsync(CancellationToken cancellationToken) => run.StopAsync();
}
