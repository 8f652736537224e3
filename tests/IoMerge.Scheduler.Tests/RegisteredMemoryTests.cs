using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

/// <summary>Where a store prefers registered memory, small reads land in it as long as it lasts.</summary>
public sealed class RegisteredMemoryTests
{
    private const int Piece = 4096;

    [Fact]
    public void SmallReads_LandInTheRegisteredMemory()
    {
        var rig = new ElevatorRig(geometry: new BackendGeometry { PrefersRegisteredMemory = true });
        (nint address, nint length) = Assert.Single(rig.Backend.Registered);
        Assert.Equal(0, address % Piece);

        rig.Plug(ProbeRequest.Read(0, Piece), ProbeRequest.Read(64 << 10, Piece));

        Assert.Equal(2, rig.Backend.InFlight.Count);
        Assert.All(rig.Backend.InFlight, io =>
        {
            Assert.Equal(Errno.None, io.RequireSegments());
            IoSegment segment = io.Segments[0];
            Assert.InRange(segment.Address, address, address + length - segment.Length);
        });
        rig.Backend.CompleteAll();
        Assert.Single(rig.Backend.Registered);
    }

    [Fact]
    public void StoreWithoutAWish_IsToldOfNoMemory()
    {
        var rig = new ElevatorRig();
        rig.Plug(ProbeRequest.Read(0, Piece));
        rig.Backend.CompleteAll();
        Assert.Empty(rig.Backend.Registered);
    }

    [Fact]
    public void PiecesBeyondTheRegisteredMemory_ComeFromElsewhere_AndTheOthersComeBack()
    {
        (nint Address, nint Length) slab = default;
        using var pool = new NativeBufferPool(0, (address, length) => slab = (address, length));
        var inside = new HashSet<nint>();
        nint next;
        while (IsInside(next = pool.Rent(Piece)))
            Assert.True(inside.Add(next), "A piece is handed out once.");
        Assert.NotEqual(0, next);
        Assert.InRange(inside.Count, (int)(slab.Length / (4 * Piece)), (int)(slab.Length / Piece));
        pool.Return(next, Piece);

        // Others are not taken from it, and what was taken is found again.
        nint large = pool.Rent(2 * Piece);
        Assert.False(IsInside(large));
        pool.Return(large, 2 * Piece);
        foreach (nint address in inside)
            pool.Return(address, Piece);
        nint again = pool.Rent(Piece);
        Assert.Contains(again, inside);
        pool.Return(again, Piece);

        bool IsInside(nint address) => address >= slab.Address && address - slab.Address <= slab.Length - Piece;
    }
}
