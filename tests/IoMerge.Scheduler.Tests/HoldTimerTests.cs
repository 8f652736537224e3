namespace IoMerge.Scheduler.Tests;

/// <summary>The real timer, of which no more is expected than that it goes off, and not at the wrong call.</summary>
public sealed class HoldTimerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private const long Hour = 3_600_000_000_000;

    [Fact]
    public async Task Arm_ForSooner_ReplacesWhatWasAskedForBefore()
    {
        TaskCompletionSource due = new();
        using HoldTimer timer = new(due.SetResult);
        timer.Arm(Hour);

        timer.Arm(1_000_000);

        await due.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Arm_ForLater_ReplacesWhatWasAskedForBefore()
    {
        int count = 0;
        SemaphoreSlim due = new(0);
        using HoldTimer timer = new(() =>
        {
            count++;
            due.Release();
        });
        timer.Arm(Hour / 2);
        timer.Arm(Hour);
        timer.Arm(1);
        Assert.True(await due.WaitAsync(s_patience, TestContext.Current.CancellationToken));

        timer.Arm(1);
        Assert.True(await due.WaitAsync(s_patience, TestContext.Current.CancellationToken));

        Assert.Equal(2, count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_ArmedOrNot_ClosesItsDescriptor(bool armed)
    {
        HoldTimer timer = new(() => { });
        if (armed)
            timer.Arm(Hour);

        timer.Dispose();

        Assert.True(SpinWait.SpinUntil(() => timer.IsClosed, s_patience));
    }

    [Fact]
    public void Arm_AfterDispose_DoesNothing()
    {
        HoldTimer timer = new(() => Assert.Fail("It went off."));
        timer.Dispose();
        timer.Arm(1);
        timer.Dispose();
    }
}
