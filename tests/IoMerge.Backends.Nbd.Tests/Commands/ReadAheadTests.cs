namespace IoMerge.Backends.Nbd.Tests.Commands;

/// <summary>What is said about reads to come, judged by itself.</summary>
public sealed class ReadAheadTests
{
    private const long Window = 1 << 20;
    private const long Size = 64 << 20;

    private readonly ReadAhead _ahead = new(Window, 512);

    [Fact]
    public void AStream_FromTheThirdReadOn_IsToldOneWindowAhead()
    {
        Assert.Null(Next(0, 4096));
        Assert.Null(Next(4096, 4096));

        Assert.Equal(Extent.Between(12_288, 12_288 + Window), Next(8192, 4096));
    }

    [Fact]
    public void AStream_IsToldAgain_OnceHalfTheWindowIsRead_AndNothingTwice()
    {
        List<Extent> told = [];
        for (long at = 0; at < 8 * Window; at += 65_536)
        {
            if (Next(at, 65_536) is { } ahead)
                told.Add(ahead);
        }

        Assert.All(told.Skip(1), ahead => Assert.InRange(ahead.Length, Window / 2, Window));
        Assert.Equal(told.SkipLast(1).Select(ahead => ahead.End), told.Skip(1).Select(ahead => ahead.Offset));
        Assert.InRange(told.Count, 8, 16);
    }

    [Fact]
    public void RandomReads_AreToldNothingAbout()
    {
        Random random = new(1);

        for (int i = 0; i < 1000; i++)
            Assert.Null(Next(random.Next(1000) * 8192L, 4096));
    }

    [Fact]
    public void EightStreamsSideBySide_AreToldEach()
    {
        int told = 0;
        for (int round = 0; round < ReadAhead.Proof; round++)
        {
            for (int stream = 0; stream < ReadAhead.MaxStreams; stream++)
                told += Next((stream * 4L << 20) + (round * 4096), 4096) is null ? 0 : 1;
        }

        Assert.Equal(ReadAhead.MaxStreams, told);
    }

    [Fact]
    public void AtTheEndOfTheStore_WhatIsLeftIsTold_InWholeBlocks()
    {
        Next(Size - 16_000, 100);
        Next(Size - 15_900, 100);

        Assert.Equal(Extent.Between(Size - 15_360, Size), Next(Size - 15_800, 100));
        Assert.Null(Next(Size - 15_700, 100));
    }

    [Fact]
    public void WhatCannotBeTold_IsToldByALaterRead()
    {
        Next(0, 4096);
        Next(4096, 4096);
        Assert.False(_ahead.TryPredict(new Extent(8192, 4096), Size, false, out _));

        Assert.Equal(Extent.Between(16_384, 16_384 + Window), Next(12_288, 4096));
    }

    private Extent? Next(long offset, long length) =>
        _ahead.TryPredict(new Extent(offset, length), Size, true, out Extent ahead) ? ahead : null;
}
