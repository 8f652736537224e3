using IoMerge.Mount.Fuse.Reading;

namespace IoMerge.Mount.Tests.Fuse.Reading;

public sealed class ReaderTurnsTests
{
    [Fact]
    public void TryHandOver_NobodyParked_CallerStillLeads() => Assert.False(new ReaderTurns().TryHandOver());

    [Fact]
    public async Task TryHandOver_FollowerParked_WakesExactlyOne()
    {
        var turns = new ReaderTurns();
        using var seatA = new SemaphoreSlim(0);
        using var seatB = new SemaphoreSlim(0);
        Task<bool>[] followers = [Task.Run(() => turns.Park(seatA)), Task.Run(() => turns.Park(seatB))];
        while (!turns.TryHandOver())
            await Task.Yield();
        Task<bool> first = await Task.WhenAny(followers);
        Assert.True(await first);
        while (!turns.TryHandOver())
            await Task.Yield();
        Assert.All(await Task.WhenAll(followers), Assert.True);
        Assert.False(turns.TryHandOver());
    }

    [Fact]
    public async Task End_FollowersParkedAndLate_AllGoHome()
    {
        var turns = new ReaderTurns();
        using var seat = new SemaphoreSlim(0);
        using var late = new SemaphoreSlim(0);
        Task<bool> follower = Task.Run(() => turns.Park(seat));
        turns.End();
        Assert.False(await follower);
        Assert.False(turns.Park(late));
    }
}
