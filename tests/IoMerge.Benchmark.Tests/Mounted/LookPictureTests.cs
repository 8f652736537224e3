using IoMerge.Backends;
using IoMerge.Benchmark.Mounted.Targets;
using IoMerge.Benchmark.Results;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Tests.Mounted;

/// <summary>The elevator's picture of a mount, from its recording and the log of its store.</summary>
public sealed class LookPictureTests
{
    private const string Header = "start_us kind offset length members flags error result took_us";

    private static readonly DateTimeOffset s_opened = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Operations_StandWhereTheirArrivalsCame_WhicheverClockBeganFirst()
    {
        // The recording began two seconds after the store was opened; 5 ms later two neighbours came.
        ElevatorPicture picture = Draw(s_opened.AddSeconds(2), [Read(5_000_000, 0), Read(5_010_000, 4096)],
            "2005300 Read 0 8192 2 - ok 8192 700")!;

        Assert.Equal([new PictureArrival(0, 0, 4096, false), new PictureArrival(10, 4096, 4096, false)],
            picture.Arrivals);
        // Beyond the last arrival by no more than what the clocks may be apart.
        Assert.Empty(picture.Operations);
        picture = Draw(s_opened.AddSeconds(2), [Read(5_000_000, 0), Read(5_400_000, 4096)],
            "2005300 Read 0 8192 2 - ok 8192 700")!;
        Assert.Equal(new PictureOperation(300, 1000, 0, 8192, false, 2), Assert.Single(picture.Operations));
    }

    [Theory]
    [InlineData("1005000 Read 0 4096 1 - ok 4096 10")]
    [InlineData("1000100 Read 8192 4096 1 - ok 4096 10")]
    [InlineData("1000100 Write 0 4096 1 - ok 4096 10")]
    [InlineData("1000100 Discard 0 4096 1 - ok 0 10")]
    [InlineData("999000 Read 0 4096 1 - ok 4096 10")]
    [InlineData("1000100 Read 0 4096")]
    public void WhatCarriedNoArrivalThatIsShown_IsNotDrawn(string line) =>
        Assert.Empty(Draw(s_opened.AddSeconds(1), [Read(0, 0), Read(1_000_000, 4096)], line)!.Operations);

    [Fact]
    public void AnOperation_ThatLeftBeforeItsBytesWereAskedFor_IsNotDrawn() =>
        Assert.Empty(Draw(s_opened, [Read(0, 4096), Read(900_000, 0)], "500 Read 0 4096 1 - ok 4096 9")!.Operations);

    [Fact]
    public void ALongLook_IsBounded()
    {
        TraceRecord[] arrivals = [.. Enumerable.Range(0, 1000).Select(i => Read(i * 1000, i * 4096L))];

        ElevatorPicture picture = Draw(
            s_opened, arrivals, [.. Enumerable.Range(0, 1000).Select(i => $"{i} Read {i * 4096} 4096 1 - ok 4096 5")])!;

        Assert.Equal(LookPicture.MostArrivals, picture.Arrivals.Count);
        Assert.Equal(LookPicture.MostArrivals, picture.Operations.Count);
    }

    [Fact]
    public void WithoutArrivals_OrWithoutATimeInTheLog_ThereIsNoPicture()
    {
        Assert.Null(Draw(s_opened, []));
        var picture = new LookPicture();
        picture.Arrived(Read(0, 0));

        Assert.Null(picture.Draw(s_opened, new StringReader(Header + "\n0 Read 0 4096 1 - ok 4096 5\n")));
        Assert.Null(picture.Draw(s_opened, new StringReader("")));
    }

    private static TraceRecord Read(long timeNs, long offset) =>
        new(timeNs, 0, IoKind.Read, IoFlags.None, offset, 4096, 1);

    private static ElevatorPicture? Draw(DateTimeOffset startedAt, TraceRecord[] arrivals, params string[] lines)
    {
        var picture = new LookPicture();
        foreach (TraceRecord arrival in arrivals)
            picture.Arrived(arrival);
        string header = $"{Header} opened_utc={s_opened.UtcDateTime:O}";
        return picture.Draw(startedAt, new StringReader(string.Join('\n', [header, .. lines])));
    }
}
