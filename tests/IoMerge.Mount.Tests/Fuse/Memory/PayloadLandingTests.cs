using CsCheck;
using IoMerge.Mount.Fuse.Memory;

namespace IoMerge.Mount.Tests.Fuse.Memory;

public sealed unsafe class PayloadLandingTests
{
    private const int Room = 64 << 10;
    private const int Slab = 256 << 10;

    [Fact]
    public void TryKeep_BurstOfPages_LiesInOnePiece()
    {
        using var pool = new PayloadPool(Slab, 2);
        using var landing = new PayloadLanding(pool, Room);
        nint first = landing.Prepare();
        for (int page = 0; page < 8; page++)
        {
            Assert.Equal(first + page * 4096, landing.Prepare());
            Assert.NotNull(landing.TryKeep(4096, out nint address));
            Assert.Equal(first + page * 4096, address);
        }
        Assert.Equal(1, pool.Count);
    }

    [Fact]
    public void Prepare_NothingKept_ReturnsTheSamePlace()
    {
        using var pool = new PayloadPool(Slab, 2);
        using var landing = new PayloadLanding(pool, Room);
        nint first = landing.Prepare();
        PayloadOwner owner = landing.TryKeep(10, out nint address)!;
        Assert.Equal(first + 4096, landing.Prepare());
        owner.Release(address);
        Assert.Equal(first, landing.Prepare());
        Assert.Equal(0, first % 4096);
    }

    [Fact]
    public void HasLead_PayloadKeptBefore_IsFalseUntilItsRelease()
    {
        using var pool = new PayloadPool(Slab, 1);
        using var landing = new PayloadLanding(pool, Room);
        nint first = landing.Prepare();
        Assert.True(landing.HasLead);
        new Span<byte>((void*)(first - PayloadPool.LeadBytes), PayloadPool.LeadBytes).Fill(1);
        PayloadOwner owner = landing.TryKeep(4096, out nint address)!;
        landing.Prepare();
        Assert.False(landing.HasLead);
        owner.Release(address);
        landing.Prepare();
        Assert.True(landing.HasLead);
    }

    [Fact]
    public void CanBorrowLead_PayloadBefore_IsTrueUntilItIsPublished()
    {
        using var pool = new PayloadPool(Slab, 1);
        using var landing = new PayloadLanding(pool, Room);
        landing.Prepare();
        Assert.False(landing.CanBorrowLead);
        landing.TryKeep(4096, out _);
        landing.Prepare();
        Assert.True(landing.CanBorrowLead);
        landing.Publish();
        Assert.False(landing.CanBorrowLead);
        landing.TryKeep(4096, out _);
        landing.Prepare();
        Assert.True(landing.CanBorrowLead);
    }

    [Fact]
    public void CanBorrowLead_SlabChangedOrSpare_IsFalse()
    {
        using var pool = new PayloadPool(Slab, 2);
        using var landing = new PayloadLanding(pool, Room);
        for (int slab = 0; slab < 2; slab++)
        {
            landing.Prepare();
            Assert.False(landing.CanBorrowLead);
            for (int kept = 0; kept < Slab / Room; kept++)
            {
                landing.TryKeep(Room, out _);
                landing.Prepare();
            }
        }
        Assert.False(landing.CanBorrowLead);
        landing.TryKeep(Room, out _);
        landing.Prepare();
        Assert.False(landing.CanBorrowLead);
    }

    [Fact]
    public void HasLead_LandingInSpare_IsFalse()
    {
        using var pool = new PayloadPool(Slab, 0);
        using var landing = new PayloadLanding(pool, Room);
        Assert.NotEqual(0, landing.Prepare());
        Assert.False(landing.HasLead);
    }

    [Fact]
    public void Prepare_AllSlabsHeld_LandsInSpareAndCopies()
    {
        using var pool = new PayloadPool(Slab, 1);
        using var landing = new PayloadLanding(pool, Room);
        var held = new List<(PayloadOwner Owner, nint Address)>();
        for (int i = 0; i < 12; i++)
        {
            nint place = landing.Prepare();
            new Span<byte>((void*)place, Room).Fill((byte)(i + 1));
            held.Add((landing.TryKeep(Room, out nint address)!, address));
        }
        Assert.Equal(1, pool.Count);
        for (int i = 0; i < held.Count; i++)
            Assert.Equal(-1, new ReadOnlySpan<byte>((void*)held[i].Address, Room).IndexOfAnyExcept((byte)(i + 1)));
        held.ForEach(item => item.Owner.Release(item.Address));
        Assert.NotEqual(0, landing.Prepare());
    }

    [Fact]
    public void Dispose_PayloadStillHeld_MemoryLivesUntilItsRelease()
    {
        var pool = new PayloadPool(Slab, 2);
        var landing = new PayloadLanding(pool, Room);
        landing.Prepare();
        PayloadOwner owner = landing.TryKeep(100, out nint address)!;
        new Span<byte>((void*)address, 100).Fill(7);
        landing.Dispose();
        pool.Dispose();
        Assert.Equal(1, pool.Count);
        Assert.Equal(-1, new ReadOnlySpan<byte>((void*)address, 100).IndexOfAnyExcept((byte)7));
        owner.Release(address);
        Assert.Equal(0, pool.Count);
    }

    [Fact]
    public void Return_ManyIdleSlabs_KeepsFew()
    {
        using var pool = new PayloadPool(Slab, 100);
        List<PayloadSlab> slabs = [.. Enumerable.Range(0, 20).Select(_ => pool.TryRent()!)];
        Assert.Equal(20, pool.Count);
        slabs.ForEach(slab => slab.Release());
        Assert.Equal(PayloadPool.KeptFree, pool.Count);
    }

    /// <summary>
    /// The next message may overwrite all of the place that was prepared (it is poisoned here before each one), and
    /// payloads are released in any order: none that is kept may change.
    /// </summary>
    [Fact]
    public void Landing_AnyOrderOfReleases_KeptPayloadsStayIntact() =>
        Gen.Select(Gen.Int[1, Room], Gen.Int[0, 3]).Array[1, 200].Sample(steps =>
        {
            using var pool = new PayloadPool(Slab, 3);
            using var landing = new PayloadLanding(pool, Room);
            var held = new List<(PayloadOwner Owner, nint Address, int Length, byte Mark)>();
            byte mark = 0;
            foreach ((int length, int releases) in steps)
            {
                nint place = landing.Prepare();
                new Span<byte>((void*)place, Room).Fill(0xEE);
                mark = (byte)(mark % 200 + 1);
                new Span<byte>((void*)place, length).Fill(mark);
                held.Add((landing.TryKeep(length, out nint address)!, address, length, mark));
                for (int i = 0; i < releases && held.Count > 0; i++)
                {
                    int index = length * 31 % held.Count;
                    Assert.True(IsIntact(held[index]));
                    held[index].Owner.Release(held[index].Address);
                    held.RemoveAt(index);
                }
            }
            bool intact = held.TrueForAll(IsIntact);
            held.ForEach(item => item.Owner.Release(item.Address));
            return intact && pool.Count <= 3;
        }, iter: 200, threads: 1);

    private static bool IsIntact((PayloadOwner Owner, nint Address, int Length, byte Mark) item) =>
        new ReadOnlySpan<byte>((void*)item.Address, item.Length).IndexOfAnyExcept(item.Mark) < 0;
}
