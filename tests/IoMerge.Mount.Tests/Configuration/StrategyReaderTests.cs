using IoMerge.Backends;
using IoMerge.Benchmark.Strategies;
using IoMerge.Mount.Configuration;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Tests.Configuration;

public sealed class StrategyReaderTests
{
    [Fact]
    public void Read_OfAStrategy_ChangesWhatItNamesAndNothingElse()
    {
        StrategySpec spec = StrategySpec.Parse("x=fifo,Merge:MaxBytes=128KiB,Hold:Mode=Off,Depth=4");

        SchedulerOptions options = new SchedulerOptionsReader().Read(spec.Settings);

        var expected = new SchedulerOptions { Policy = "Fifo", Depth = 4 };
        expected.Merge.MaxBytes = 128 << 10;
        expected.Hold.Mode = HoldMode.Off;
        Assert.Equal(expected, options);
    }

    [Fact]
    public void Read_OfSeveralFaults_TellsAllOfThem()
    {
        StrategySpec spec = StrategySpec.Parse("Fifoo,Depth=0,Merge:MaxByte=1MiB");

        FormatException exception =
            Assert.Throws<FormatException>(() => new SchedulerOptionsReader().Read(spec.Settings));

        Assert.Contains("Scheduler:Depth = \"0\": must be a whole number", exception.Message, StringComparison.Ordinal);
        Assert.Contains("did you mean MaxBytes?", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Scheduler:Policy = \"Fifoo\"", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StoreOpener_BeforeAFileThatExists_RefusesUnlessToldToOverwrite()
    {
        using var file = new TemporaryFile("precious");

        BackendOpenException exception =
            Assert.Throws<BackendOpenException>(() => new StoreOpener(overwrite: false).Open($"file:{file.Path}"));

        Assert.Contains("--overwrite", exception.Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(file.Path));
    }

    [Theory]
    [InlineData("memory:1MiB", 1 << 20)]
    [InlineData("memory:64KiB", 64 << 10)]
    public async Task StoreOpener_OfAStore_OpensItWithItsSize(string spec, long size)
    {
        IBackend store = new StoreOpener(overwrite: false).Open(spec);
        await using var disposal = store;

        Assert.Equal(size, store.Size);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("disc:/x")]
    [InlineData("file:")]
    public void StoreOpener_OfWhatIsNoStore_SaysWhatMayBeWritten(string spec)
    {
        FormatException exception =
            Assert.Throws<FormatException>(() => new StoreOpener(overwrite: false).Open(spec));

        Assert.Contains("memory:SIZE", exception.Message, StringComparison.Ordinal);
    }
}
