using IoMerge.Benchmark.Strategies;

namespace IoMerge.Benchmark.Tests.Strategies;

public sealed class StrategySpecTests
{
    [Fact]
    public void Parse_OfAPolicyAlone_NamesItAfterItself()
    {
        StrategySpec spec = StrategySpec.Parse("Deadline");

        Assert.Equal("Deadline", spec.Name);
        Assert.Equal([new("Scheduler:Policy", "Deadline")], spec.Settings);
    }

    [Fact]
    public void Parse_OfNameAndKeys_PutsKeysBelowTheSection()
    {
        StrategySpec spec = StrategySpec.Parse("small = Fifo, Merge:MaxBytes=128KiB, Scheduler:Hold:Mode=Off");

        Assert.Equal("small", spec.Name);
        Assert.Equal(
            [new("Scheduler:Hold:Mode", "Off"), new("Scheduler:Merge:MaxBytes", "128KiB"),
                new("Scheduler:Policy", "Fifo")],
            spec.Settings);
    }

    [Fact]
    public void Parse_WithoutAName_IsCalledAsItWasWritten() =>
        Assert.Equal("Fifo,Depth=4", StrategySpec.Parse("Fifo,Depth=4").Name);

    [Theory]
    [InlineData("", "the policy is missing")]
    [InlineData("a=", "the policy is missing")]
    [InlineData("=Fifo", "the name before '=' is missing")]
    [InlineData("Fifo,Depth", "\"Depth\" is no KEY=VALUE")]
    [InlineData("Fifo,=4", "\"=4\" is no KEY=VALUE")]
    [InlineData("Fifo,,Depth=4", "\"\" is no KEY=VALUE")]
    [InlineData("Fifo,Depth=4,Scheduler:depth=5", "depth is there twice")]
    [InlineData("Fifo,Policy=Scan", "Policy is there twice")]
    [InlineData("Hold:Mode=Off", "it begins with the setting Hold:Mode and not with a policy")]
    public void Parse_OfAnotherForm_SaysWhatIsWrong(string text, string what)
    {
        FormatException exception = Assert.Throws<FormatException>(() => StrategySpec.Parse(text));

        Assert.Contains($"\"{text}\"", exception.Message, StringComparison.Ordinal);
        Assert.Contains(what, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParseAll_OfTwoOfOneName_IsRefused()
    {
        FormatException exception =
            Assert.Throws<FormatException>(() => StrategySpec.ParseAll(["a=Fifo", "A=Scan"]));

        Assert.Contains("already", exception.Message, StringComparison.Ordinal);
    }
}
