using IoMerge.Backends.Decorators;
using IoMerge.Backends.Local;
using Microsoft.Extensions.Time.Testing;

namespace IoMerge.Backends.Tests;

public sealed class DecoratorFactoriesTests
{
    [Fact]
    public void Kinds_AreUniqueAndFoundInAnyCase()
    {
        Assert.Equal(
            ["delay", "error", "log", "ratelimit", "verify"],
            DecoratorFactories.All.Select(factory => factory.Kind).Order(StringComparer.Ordinal));
        Assert.Equal("delay", DecoratorFactories.Find("Delay")?.Kind);
        Assert.Null(DecoratorFactories.Find("dealy"));
    }

    [Fact]
    public async Task EveryKind_WithItsDefaults_CanBeStackedOnTheOthers()
    {
        IBackend store = MemoryBackend.Create(new MemoryBackendOptions { Size = 1 << 20 });
        foreach (IDecoratorFactory factory in DecoratorFactories.All)
        {
            object options = factory.CreateOptions();
            if (options is ErrorOptions errors)
                errors.Rate = 0;
            Assert.Empty(factory.Validate(options));
            Assert.NotEmpty(factory.Summary);
            store = factory.Wrap(store, options);
        }
        byte[] data = Stores.Pattern(10_000, 1);
        await store.WriteAsync(100, data);
        Assert.Equal(data, await store.ReadAsync(100, 10_000));
        await store.DisposeAsync();
    }

    [Fact]
    public void Faults_AreNamedWithKeyValueAndRule()
    {
        IDecoratorFactory factory = DecoratorFactories.Find("delay")!;
        OptionFault[] faults = [.. factory.Validate(new DelayOptions { ReadDelayUs = -1, JitterUs = 60_000_001 })];
        Assert.Equal(
            [("ReadDelayUs", "-1"), ("JitterUs", "60000001")], faults.Select(fault => (fault.Key, fault.Value)));
        Assert.All(faults, fault => Assert.Contains("microseconds", fault.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Geometry_OfAStoreThatIsMadeSlow_SaysSo()
    {
        FakeTimeProvider time = new();
        MemoryBackend memory = MemoryBackend.Create(new MemoryBackendOptions { Size = 1 << 20 });
        await using DelayBackend slow = new(memory, new DelayOptions { ReadDelayUs = 500 }, time);
        Assert.False(slow.Geometry.CompletesInline);
        Assert.Equal(0, slow.Geometry.PreferredTransferBytes);
        await using DelayBackend same = new(memory, new DelayOptions(), time);
        Assert.Same(memory.Geometry, same.Geometry);
    }
}
