using IoMerge.Mount.Fuse.Reading;

namespace IoMerge.Mount.Tests.Fuse.Reading;

public sealed class HaltPollTests
{
    [Fact]
    public void NextBudget_SwitchedOff_NeverLooks()
    {
        var poll = new HaltPoll(0);
        poll.Slept(0);
        Assert.Equal(0, poll.NextBudget());
    }

    [Fact]
    public void NextBudget_AlwaysHits_AlwaysLooks()
    {
        var poll = new HaltPoll(50);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(50, poll.NextBudget());
            poll.Hit();
        }
    }

    [Fact]
    public void NextBudget_NeverHits_LooksEverMoreSeldom()
    {
        var poll = new HaltPoll(50);
        int looked = 0;
        for (int i = 0; i < 10_000; i++)
        {
            if (poll.NextBudget() > 0)
            {
                looked++;
                poll.Miss();
            }
            else
            {
                poll.Slept(1000);
            }
        }
        Assert.InRange(looked, 10, 25);
    }

    [Fact]
    public void Slept_ShorterThanALook_LooksAgainAtOnce()
    {
        var poll = new HaltPoll(50);
        for (int i = 0; i < 8; i++)
            poll.Miss();
        Assert.Equal(0, poll.NextBudget());
        poll.Slept(49);
        Assert.Equal(50, poll.NextBudget());
    }

    [Fact]
    public void Hit_AfterManyMisses_ForgivesByHalves()
    {
        var poll = new HaltPoll(50);
        for (int i = 0; i < 5; i++)
            poll.Miss(); // a penalty of 31
        for (int i = 0; i < 5; i++)
            poll.Hit();
        poll.Miss();
        Assert.Equal(0, poll.NextBudget());
        Assert.Equal(50, poll.NextBudget());
    }
}
