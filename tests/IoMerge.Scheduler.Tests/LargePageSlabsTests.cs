namespace IoMerge.Scheduler.Tests;

/// <summary>Pieces of slabs are whole, apart from each other, and bounded.</summary>
public sealed unsafe class LargePageSlabsTests
{
    private const int Page = 4096;

    [Theory]
    [InlineData((64 << 10) + Page)]
    [InlineData((256 << 10) + Page)]
    [InlineData((1 << 20) + Page)]
    public void Pieces_DoNotOverlap_AndEndAtTheBound(int size)
    {
        LargePageSlabs slabs = new();
        List<nint> pieces = [];
        while (slabs.TryRent(size, out nint piece))
        {
            Assert.Equal(0, piece % Page);
            new Span<byte>((void*)piece, size).Fill((byte)pieces.Count);
            pieces.Add(piece);
        }

        Assert.Equal(LargePageSlabs.MaxSlabs * (LargePageSlabs.SlabBytes / size), pieces.Count);
        for (int i = 0; i < pieces.Count; i++)
            Assert.Equal(-1, new Span<byte>((void*)pieces[i], size).IndexOfAnyExcept((byte)i));
        foreach (nint piece in pieces)
            Assert.True(slabs.TryReturn(piece, size));
        Assert.True(slabs.TryRent(size, out nint again));
        Assert.Contains(again, pieces);
        Assert.True(slabs.TryReturn(again, size));
        slabs.Close();
    }

    [Fact]
    public void WhatIsSmall_OrForeign_OrLargerThanASlab_IsNotOfHere()
    {
        LargePageSlabs slabs = new();
        byte* foreign = stackalloc byte[16];

        Assert.False(slabs.TryRent(32 << 10, out _));
        Assert.False(slabs.TryRent(LargePageSlabs.SlabBytes + Page, out _));
        Assert.True(slabs.TryRent(1 << 20, out nint piece));
        Assert.False(slabs.TryReturn((nint)foreign, 1 << 20));
        Assert.True(slabs.TryReturn(piece, 1 << 20));
        slabs.Close();
    }

    [Fact]
    public void Pieces_ThatComeBackAfterTheEnd_AreStillOfHere_AndNoneIsHandedOut()
    {
        LargePageSlabs slabs = new();
        Assert.True(slabs.TryRent(1 << 20, out nint first));
        Assert.True(slabs.TryRent(1 << 20, out nint second));

        slabs.Close();

        Assert.False(slabs.TryRent(1 << 20, out _));
        new Span<byte>((void*)second, 1 << 20).Fill(1);
        Assert.True(slabs.TryReturn(first, 1 << 20));
        Assert.True(slabs.TryReturn(second, 1 << 20));
    }
}
