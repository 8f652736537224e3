using System.Diagnostics.Metrics;
using IoMerge.Backends;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IoMerge.Scheduler;

/// <summary>Puts schedulers into a container, for authors of other storage servers.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Registers one <see cref="IoScheduler"/> before the store that the function opens, as a singleton keyed by the
    /// volume's name, and its numbers as instruments of the meter <see cref="SchedulerMetrics.MeterName"/>. While it is
    /// the only one it can be asked for without the key. Disposing of the provider (asynchronously) drains, flushes and
    /// closes the stores.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="openStore">Opens the store; called once, when the scheduler is first asked for.</param>
    /// <param name="configure">Changes the defaults; null for none.</param>
    /// <param name="volume">The key, and the name that the numbers are tagged with.</param>
    /// <exception cref="ArgumentException">A scheduler of that name is registered already.</exception>
    public static IServiceCollection AddIoMerge(
        this IServiceCollection services,
        Func<IServiceProvider, IBackend> openStore,
        Action<SchedulerOptions>? configure = null,
        string volume = "default")
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(openStore);
        ArgumentException.ThrowIfNullOrEmpty(volume);
        if (services.Any(service => service.ImplementationInstance is RegisteredVolume other && other.Name == volume))
        {
            throw new ArgumentException(
                $"There is a scheduler for volume \"{volume}\" already; give each a name of its own.", nameof(volume));
        }
        services.AddSingleton(new RegisteredVolume(volume));
        services.TryAddSingleton(provider => new SchedulerMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton(FindOnlyOne);
        services.AddKeyedSingleton(volume, (provider, _) => Create(provider, openStore, configure, volume));
        return services;
    }

    private static IoScheduler Create(
        IServiceProvider provider, Func<IServiceProvider, IBackend> openStore, Action<SchedulerOptions>? configure,
        string volume)
    {
        var options = new SchedulerOptions();
        configure?.Invoke(options);
        // Before the store is open: nobody would close it.
        SchedulerOptionsValidator.ThrowIfInvalid(options);
        var scheduler = new IoScheduler(openStore(provider), options, provider.GetService<TimeProvider>());
        provider.GetRequiredService<SchedulerMetrics>().Add(volume, scheduler);
        return scheduler;
    }

    private static IoScheduler FindOnlyOne(IServiceProvider provider)
    {
        string[] volumes = [.. provider.GetServices<RegisteredVolume>().Select(volume => volume.Name)];
        return volumes.Length == 1
            ? provider.GetRequiredKeyedService<IoScheduler>(volumes[0])
            : throw new InvalidOperationException(
                $"There is a scheduler for each of {string.Join(", ", volumes)}: ask for one by its name, with "
                + $"GetRequiredKeyedService<IoScheduler>(\"{volumes[0]}\") or [FromKeyedServices(\"{volumes[0]}\")].");
    }

    /// <summary>What the container knows of one call of AddIoMerge.</summary>
    private sealed record RegisteredVolume(string Name);
}
