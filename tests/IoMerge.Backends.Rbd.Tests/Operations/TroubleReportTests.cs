using IoMerge.Backends.Tests;
using IoMerge.Testing;

namespace IoMerge.Backends.Rbd.Tests;

/// <summary>The log names each trouble, and not for each of thousands of operations.</summary>
public sealed class TroubleReportTests
{
    private readonly CollectingLogger _log = new();
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(-108, "blocklisted")]
    [InlineData(-110, "Write of [0, 4096) was not answered within 7 s")]
    [InlineData(-2, "removed")]
    [InlineData(-30, "exclusive lock")]
    [InlineData(-22, "Write of [0, 4096) failed with EINVAL")]
    [InlineData(-3000, "failed with errno 3000")]
    public void Trouble_ToldAThousandTimes_IsOneLineAMinute(long returned, string words)
    {
        TroubleReport report = new(new RbdName("rbd", "", "disk", ""), 6500, _log, _time);
        _time.Advance(TimeSpan.FromSeconds(1));
        for (int round = 0; round < 1000; round++)
            report.Tell(IoKind.Write, new Extent(0, 4096), returned);
        Assert.Contains(words, Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Contains("rbd/disk", _log.Lines[0], StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromSeconds(61));
        report.Tell(IoKind.Write, new Extent(0, 4096), returned);
        report.Tell(IoKind.Write, new Extent(0, 4096), returned);
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public void Trouble_OfAnotherKind_IsToldAtOnce()
    {
        TroubleReport report = new(new RbdName("rbd", "", "disk", ""), 6500, _log, _time);
        _time.Advance(TimeSpan.FromSeconds(1));
        report.Tell(IoKind.Read, new Extent(0, 4096), -5);
        report.Tell(IoKind.Read, new Extent(0, 4096), -110);
        report.Tell(IoKind.Read, new Extent(0, 4096), -5);
        Assert.Equal(2, _log.Lines.Count);
    }
}
