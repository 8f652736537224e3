using System.Diagnostics.Metrics;
using IoMerge.Backends;
using Microsoft.Extensions.DependencyInjection;

namespace IoMerge.Scheduler;

/// <summary>Puts a scheduler into a container, for authors of other storage servers.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Registers one <see cref="IoScheduler"/> as a singleton before the store that the function opens, and its numbers
    /// as instruments of the meter <see cref="SchedulerMetrics.MeterName"/>. Disposing of the provider (asynchronously)
    /// drains, flushes and closes the store.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="openStore">Opens the store; called once, when the scheduler is first asked for.</param>
    /// <param name="configure">Changes the defaults; null for none.</param>
    /// <param name="volume">The name that the numbers are tagged with.</param>
    public static IServiceCollection AddIoMerge(
        this IServiceCollection services,
        Func<IServiceProvider, IBackend> openStore,
        Action<SchedulerOptions>? configure = null,
        string volume = "default")
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(openStore);
        services.AddSingleton(provider => new SchedulerMetrics(provider.GetService<IMeterFactory>()));
        services.AddSingleton(provider =>
        {
            var options = new SchedulerOptions();
            configure?.Invoke(options);
            var scheduler = new IoScheduler(openStore(provider), options, provider.GetService<TimeProvider>());
            provider.GetRequiredService<SchedulerMetrics>().Add(volume, scheduler);
            return scheduler;
        });
        return services;
    }
}
