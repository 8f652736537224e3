using IoMerge.Backends;
using IoMerge.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IoMerge.Scheduler.Tests;

public class ServiceCollectionExtensionsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddIoMerge_GivesASchedulerAndItsMetrics()
    {
        await using ServiceProvider provider = new ServiceCollection()
            .AddIoMerge(_ => Store(), options => options.Policy = DispatchPolicies.Scan, "disk")
            .BuildServiceProvider();
        var scheduler = provider.GetRequiredService<IoScheduler>();
        await scheduler.WriteAsync(0, new byte[512], default, Cancellation);
        Assert.Equal("Scan", scheduler.Options.Policy);
        using var reader = new MetricReader(SchedulerMetrics.MeterName);
        Assert.Equal(1, reader.Read("iomerge.requests", ("volume", "disk"), ("kind", "write")));
        Assert.Equal(1, reader.Read("iomerge.operations", ("volume", "disk"), ("kind", "write")));
        Assert.Equal(1, reader.Read("iomerge.merge.refusals", ("volume", "disk"), ("reason", "Alone")));
    }

    [Fact]
    public async Task AddIoMerge_Twice_GivesTwoSchedulersByVolume_AndNoneWithoutItsName()
    {
        StepBackend red = Store(), blue = Store();
        await using ServiceProvider provider = new ServiceCollection()
            .AddIoMerge(_ => red, options => options.Depth = 3, "red")
            .AddIoMerge(_ => blue, options => options.Depth = 5, "blue")
            .BuildServiceProvider();

        var first = provider.GetRequiredKeyedService<IoScheduler>("red");
        var second = provider.GetRequiredKeyedService<IoScheduler>("blue");
        await first.WriteAsync(0, new byte[512], default, Cancellation);

        Assert.Equal((3, 5), (first.Options.Depth, second.Options.Depth));
        Assert.Same(red, first.Backend);
        Assert.Same(first, provider.GetRequiredKeyedService<IoScheduler>("red"));
        var fault = Assert.Throws<InvalidOperationException>(provider.GetRequiredService<IoScheduler>);
        Assert.Contains("red, blue", fault.Message, StringComparison.Ordinal);
        using var reader = new MetricReader(SchedulerMetrics.MeterName);
        Assert.Equal(1, reader.Read("iomerge.requests", ("volume", "red"), ("kind", "write")));
        Assert.Equal(0, reader.Read("iomerge.requests", ("volume", "blue"), ("kind", "write")));

        await provider.DisposeAsync();
        Assert.True(red.IsDisposed && blue.IsDisposed);
        Assert.True(first.Shutdown!.IsClean && second.Shutdown!.IsClean);
    }

    [Fact]
    public async Task AddIoMerge_Once_GivesTheSameSchedulerWithAndWithoutItsName()
    {
        StepBackend store = Store();
        await using ServiceProvider provider = new ServiceCollection().AddIoMerge(_ => store).BuildServiceProvider();

        var scheduler = provider.GetRequiredService<IoScheduler>();

        Assert.Same(scheduler, provider.GetRequiredKeyedService<IoScheduler>("default"));
        await provider.DisposeAsync();
        Assert.Single(store.Log, operation => operation.Kind == IoKind.Flush);
    }

    [Fact]
    public void AddIoMerge_WithANameThatIsTaken_IsRefused()
    {
        var services = new ServiceCollection();
        services.AddIoMerge(_ => Store());

        var fault = Assert.Throws<ArgumentException>(() => services.AddIoMerge(_ => Store()));

        Assert.Contains("\"default\"", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddIoMerge_WithOptionsOutOfRange_OpensNoStore()
    {
        int opened = 0;
        await using ServiceProvider provider = new ServiceCollection()
            .AddIoMerge(_ => { opened++; return Store(); }, options => options.Depth = 0)
            .BuildServiceProvider();

        Assert.Throws<ArgumentException>(provider.GetRequiredService<IoScheduler>);
        Assert.Equal(0, opened);
    }

    private static StepBackend Store() =>
        new(4096) { Immediately = io => (Errno.None, io.Extent.Length) };
}
