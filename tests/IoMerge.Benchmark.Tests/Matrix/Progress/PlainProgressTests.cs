using IoMerge.Benchmark.Matrix.Progress;
using IoMerge.Testing;

namespace IoMerge.Benchmark.Tests.Matrix.Progress;

/// <summary>Progress for logs: seldom, with the time that is left.</summary>
public sealed class PlainProgressTests
{
    [Fact]
    public void Lines_ComeSeldom_WithThePartDoneAndTheTimeLeft()
    {
        var time = new ManualTime();
        var output = new StringWriter();
        var progress = new PlainProgress(output, time);

        progress.Begin(10);
        progress.Doing("first");
        progress.Done(1);
        progress.Doing("too soon after the first");
        time.Advance(TimeSpan.FromSeconds(20));
        progress.Done(3);
        progress.Doing("fifth");

        Assert.Equal("[  0 %] first\n[ 40 %, 30 s left] fifth\n", output.ToString());
    }
}
