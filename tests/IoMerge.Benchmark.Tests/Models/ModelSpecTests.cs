using IoMerge.Benchmark.Models;

namespace IoMerge.Benchmark.Tests.Models;

public sealed class ModelSpecTests
{
    [Theory]
    [InlineData("hdd", "hdd")]
    [InlineData("slow=hdd:rpm=5400", "slow")]
    [InlineData("cloud:iops=1000,latencyUs=800", "cloud:iops=1000,latencyUs=800")]
    public void Parse_OfAModel_NamesIt(string text, string name) =>
        Assert.Equal(name, ModelSpec.Parse(text).Name);

    [Fact]
    public void EveryParameter_WithItsDefault_ChangesNothing()
    {
        foreach (ModelKind kind in ModelKinds.All)
        {
            string all = string.Join(',', kind.Parameters.Select(p => $"{p.Name}={p.Default}"));

            Assert.Equal(Run(ModelSpec.Parse(kind.Name)), Run(ModelSpec.Parse($"{kind.Name}:{all}")));
        }
    }

    [Theory]
    [InlineData("hdd:rpm=60", "rpm", 9)]
    [InlineData("cloud:iops=10", "iops", 9)]
    [InlineData("network:rttUs=100000", "rttUs", 9)]
    [InlineData("ssd:readUs=100000", "readUs", 9)]
    public void Parameter_OfAModel_ReachesIt(string slow, string parameter, int requests)
    {
        string plain = slow.Split(':')[0];

        Assert.Contains(parameter, ModelSpec.Parse(slow).Description, StringComparison.Ordinal);
        Assert.True(Run(ModelSpec.Parse(slow), requests)[^1] > 2 * Run(ModelSpec.Parse(plain), requests)[^1]);
    }

    [Theory]
    [InlineData("floppy", "\"floppy\" is no kind; there are hdd, ssd, cloud, network")]
    [InlineData("", "\"\" is no kind")]
    [InlineData("=hdd", "the name before '=' is missing")]
    [InlineData("hdd:", "\"\" is no NAME=VALUE")]
    [InlineData("hdd:rpm", "\"rpm\" is no NAME=VALUE")]
    [InlineData("hdd:rpm=", "rpm is \"\" and must be a number from 1 to 100000")]
    [InlineData("hdd:rpm=0", "must be a number from 1")]
    [InlineData("hdd:rpm=NaN", "must be a number from 1")]
    [InlineData("hdd:rpm=1,RPM=2", "rpm is there twice")]
    [InlineData("hdd:iops=5", "\"iops\" is no parameter of hdd; there are capacity, rpm")]
    [InlineData("ssd:page=3XB", "page is \"3XB\" and must be a size from 512 to 1MiB")]
    [InlineData("ssd:channels=1.5", "channels is \"1.5\" and must be a whole number from 1 to 64")]
    public void Parse_OfSomethingElse_SaysWhatIsWrong(string text, string what)
    {
        FormatException exception = Assert.Throws<FormatException>(() => ModelSpec.Parse(text));

        Assert.Contains(what, exception.Message, StringComparison.Ordinal);
        Assert.Contains("A model is written as", exception.Message, StringComparison.Ordinal);
    }

    private static long[] Run(ModelSpec spec, int requests = 40)
    {
        IDeviceModel model = spec.Create();
        var completions = new List<long>();
        for (int i = 0; i < requests; i++)
        {
            DeviceWork work = i % 3 == 0 ? DeviceWork.Write : DeviceWork.Read;
            model.Submit(new DeviceOperation(i, work, i * 1_234_567L % model.Capacity, 4096 << (i % 5)), 0);
        }
        while (model.NextCompletionNs < long.MaxValue)
        {
            completions.Add(model.NextCompletionNs);
            _ = model.TakeCompleted();
        }
        return [.. completions];
    }
}
