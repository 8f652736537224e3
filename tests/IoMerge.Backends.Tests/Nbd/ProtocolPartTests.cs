using CsCheck;
using IoMerge.Backends.Nbd;

namespace IoMerge.Backends.Tests.Nbd;

public sealed unsafe class ProtocolPartTests
{
    [Fact]
    public void RequestHeader_OfEveryField_IsAsTheSpecificationSays()
    {
        byte[] bytes = new byte[NbdWire.RequestBytes];
        RequestHeader.Write(bytes, 0x0102, 0x0304, 0x05060708090A0B0C, 0x0D0E0F1011121314, 0x15161718);
        Assert.Equal(Convert.FromHexString("256095130102030405060708090A0B0C0D0E0F101112131415161718"), bytes);
    }

    [Fact]
    public void Coverage_OfAnyPiecesInAnyOrder_AgreesWithABitmap() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[1, 8]).List[1, 40].Sample(pieces =>
        {
            Coverage coverage = default;
            bool[] bits = new bool[40];
            foreach ((int start, int length) in pieces)
            {
                bool overlaps = bits.AsSpan(start, length).Contains(true);
                bool added = coverage.TryAdd((uint)start, (uint)(start + length));
                Assert.False(added && overlaps);
                if (!added)
                    continue;
                bits.AsSpan(start, length).Fill(true);
                int whole = Array.IndexOf(bits, false);
                bool isWhole = whole > 0 && !bits.AsSpan(whole).Contains(true);
                Assert.Equal(isWhole, whole > 0 && coverage.IsWhole((uint)whole));
            }
        });

    [Fact]
    public void Coverage_OfMorePiecesThanItKeeps_SaysNo()
    {
        Coverage coverage = default;
        int added = Enumerable.Range(0, 20).TakeWhile(i => coverage.TryAdd((uint)(2 * i), (uint)((2 * i) + 1))).Count();
        Assert.Equal(8, added);
        Assert.True(coverage.TryAdd(1, 2));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 5)]
    [InlineData(28, 28)]
    [InlineData(95, 95)]
    [InlineData(4711, 5)]
    public void Error_OfTheWire_IsAnErrnoOrEio(uint wire, int expected) =>
        Assert.Equal(wire == 0 ? 0 : expected, NbdErrors.ToErrno(wire).Value);

    [Theory]
    [InlineData(3u, 4096u, 65536u)]
    [InlineData(0u, 4096u, 65536u)]
    [InlineData(1u << 17, 1u << 17, 1u << 20)]
    [InlineData(512u, 100u, 65536u)]
    [InlineData(512u, 4096u, 100u)]
    public void ExportInfo_OfImpossibleBlocks_IsRefused(uint minimum, uint preferred, uint maximum) =>
        Assert.ThrowsAny<NbdProtocolException>(
            () => ExportInfo.Create(1 << 20, 1, (minimum, preferred, maximum), true, null));

    [Fact]
    public void ExportInfo_OfAnImpossibleSize_IsRefused() =>
        Assert.ThrowsAny<NbdProtocolException>(() => ExportInfo.Create(1UL << 63, 1, null, true, null));

    [Fact]
    public void ExportInfo_WithAPartOfABlockAtItsEnd_LeavesThatOut() =>
        Assert.Equal(1024, ExportInfo.Create(1500, 1, (512, 4096, 65536), true, null).Size);

    [Theory]
    [InlineData(1 << 20, 0xDF, 512u, 65536u, null)]
    [InlineData(2 << 20, 0xDF, 512u, 1u << 20, null)]
    [InlineData(1 << 19, 0xDF, 512u, 65536u, "bytes")]
    [InlineData(1 << 20, 0xDF, 4096u, 65536u, "blocks")]
    [InlineData(1 << 20, 0xDF, 512u, 32768u, "blocks")]
    [InlineData(1 << 20, 0xDB, 512u, 65536u, "SendFlush")]
    public void Export_ThatChanged_ConflictsWhereItCanDoLess(
        int size, int flags, uint minimum, uint maximum, string? conflict)
    {
        const ushort ReadOnlyFlag = 2;
        ExportInfo first = ExportInfo.Create(1 << 20, 0xDF & ~ReadOnlyFlag, (512, 4096, 65536), true, null);
        ExportInfo now = ExportInfo.Create(
            (ulong)size, (ushort)(flags & ~ReadOnlyFlag), (minimum, 4096, maximum), true, null);
        if (conflict is null)
            Assert.Null(now.FindConflict(first, readOnly: false));
        else
            Assert.Contains(conflict, now.FindConflict(first, readOnly: false), StringComparison.Ordinal);
    }

    [Fact]
    public void BackOff_GrowsToItsBoundAndBeginsAnewAfterReset()
    {
        BackOff backOff = new();
        Assert.Equal([0, 50, 100, 200, 400, 800, 1600, 2000, 2000], Enumerable.Range(0, 9).Select(_ => backOff.Next()));
        backOff.Reset();
        Assert.Equal(0, backOff.Next());
    }

    [Fact]
    public void Slots_WhenUsedAgain_KnowOldCookiesNoMore()
    {
        LinkSet set = new(new NbdBackendOptions(), "server",
            ExportInfo.Create(1 << 20, 1, null, true, null), null);
        SlotTable slots = new();
        NbdCommand command = new NbdCommand(new NbdOperation(set))
            .Prepare(NbdWire.CMD_READ, 0, 0, 10, CommandMemory.None);
        slots.Add(command, 1);
        ulong old = command.Cookie;
        Assert.Same(command, slots.Find(old));
        Assert.Null(slots.Find(old + 1));
        Assert.Null(slots.Find(old | 0xFFFF));
        slots.Remove(command);
        Assert.Null(slots.Find(old));
        slots.Add(command, 2);
        Assert.Null(slots.Find(old));
        Assert.Same(command, slots.Find(command.Cookie));
    }
}
