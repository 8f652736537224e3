using IoMerge.Mount.Configuration;

namespace IoMerge.Mount.Tests.Configuration;

public sealed class VolumeSpecTests
{
    [Theory]
    [InlineData("disk=memory:1GiB", "Backend:Kind=memory Backend:Size=1GiB")]
    [InlineData("d=memory:4096,growable", "Backend:Kind=memory Backend:Size=4096 Backend:Growable=true")]
    [InlineData("d=file:/srv/x", "Backend:Kind=file Backend:Path=/srv/x")]
    [InlineData("d=FILE:/srv/a:b=c", "Backend:Kind=file Backend:Path=/srv/a:b=c")]
    [InlineData(@"d=file:/a\,b,readonly", "Backend:Kind=file Backend:Path=/a,b ReadOnly=true")]
    [InlineData(@"d=file:/a\\b", @"Backend:Kind=file Backend:Path=/a\b")]
    [InlineData("d=file:/x,create=10GiB,direct=off,growable",
        "Backend:Kind=file Backend:Path=/x Backend:CreateSize=10GiB Backend:Direct=off Backend:Growable=true")]
    [InlineData("d=block:/dev/sdb,readonly", "Backend:Kind=block Backend:Path=/dev/sdb ReadOnly=true")]
    [InlineData("d=rbd:pool/disk,conf=/c,id=web,cache,ioscheduler,readonly",
        "Backend:Kind=rbd Backend:Image=pool/disk Backend:Conf=/c Backend:Id=web Backend:Cache=true "
        + "Backend:IoScheduler=true ReadOnly=true")]
    public void Spec_Good_BecomesSettings(string text, string expected)
    {
        string? fault = VolumeSpec.TryParse(text, out string name, out List<(string Key, string Value)> settings);

        Assert.Null(fault);
        Assert.Equal(text.Split('=')[0], name);
        Assert.Equal(expected, string.Join(' ', settings.Select(s => $"{s.Key}={s.Value}")));
    }

    [Theory]
    [InlineData("", "NAME=")]
    [InlineData("memory:1GiB", "NAME=")]
    [InlineData("=memory:1GiB", "empty")]
    [InlineData("a/b=memory:1GiB", "'/'")]
    [InlineData("..=memory:1GiB", "directory")]
    [InlineData("d=memory", "KIND:")]
    [InlineData("d=memroy:1GiB", "did you mean memory?")]
    [InlineData("d=memory:", "SIZE")]
    [InlineData("d=memory:lots", "must be a size")]
    [InlineData("d=memory:-1", "must be a size")]
    [InlineData("d=memory:1GB", "must be a size")]
    [InlineData("d=file:", "PATH")]
    [InlineData("d=file:/x,creat=1GiB", "did you mean create?")]
    [InlineData("d=file:/x,create", "needs a value")]
    [InlineData("d=file:/x,readonly=yes", "takes no value")]
    [InlineData("d=file:/x,direct=sometimes", "must be one of")]
    [InlineData("d=file:/x,growable,growable", "twice")]
    [InlineData("d=file:/x,,growable", "is no option")]
    [InlineData("d=block:/dev/x,create=1GiB", "is no option")]
    public void Spec_Bad_IsRefusedWithGrammar(string text, string reason)
    {
        ConfigurationResult result = ConfigurationTesting.Load(new CommandLineSettings { Volumes = [text] });

        ConfigurationFault fault = Assert.Single(result.Faults);
        Assert.Equal("--volume", fault.Key);
        Assert.Equal(text, fault.Value);
        Assert.Contains(reason, fault.Rule, StringComparison.Ordinal);
        Assert.Contains("NAME=file:PATH", fault.Help, StringComparison.Ordinal);
    }

    [Fact]
    public void Spec_GivenTwiceForOneName_IsRefusedWhateverTheCase()
    {
        ConfigurationResult result = ConfigurationTesting.Load(
            new CommandLineSettings { Volumes = ["disk=memory:1MiB", "DISK=memory:2MiB"] });

        Assert.Contains("disk", Assert.Single(result.Faults).Rule, StringComparison.OrdinalIgnoreCase);
    }
}
