using CsCheck;
using IoMerge.Traces.Binary;

namespace IoMerge.Traces.Tests.Binary;

/// <summary>No damage goes unseen, and none is answered with anything but its place and cause.</summary>
public sealed class DamageTests
{
    private const int PerBlock = 4;

    private static readonly byte[] s_trace = Sample.Write(Sample.Records, PerBlock);

    [Fact]
    public void Trace_CutAnywhere_IsNeverTakenForWhole()
    {
        for (int length = 0; length < s_trace.Length; length++)
        {
            TraceFormatException fault = Sample.ReadDamaged(s_trace[..length], out List<TraceRecord> before);

            Assert.StartsWith("a.trace, byte ", fault.Message, StringComparison.Ordinal);
            Assert.Equal(Sample.Records.Take(before.Count), before);
            Assert.True(before.Count % PerBlock == 0 || before.Count == Sample.Records.Length);
        }
    }

    [Fact]
    public void Trace_WithAnyBitFlipped_IsRefused()
    {
        for (int at = 0; at < s_trace.Length; at++)
        for (int bit = 0; bit < 8; bit++)
        {
            byte[] damaged = [.. s_trace];
            damaged[at] ^= (byte)(1 << bit);

            Sample.ReadDamaged(damaged, out List<TraceRecord> before);
            Assert.Equal(Sample.Records.Take(before.Count), before);
        }
    }

    [Fact]
    public void Trace_WithoutItsClosingBlock_IsSaidToHaveBrokenOff()
    {
        int closing = TraceLayout.BlockHeaderBytes + TraceLayout.ClosingPayloadBytes;

        TraceFormatException fault = Sample.ReadDamaged(s_trace[..^closing], out List<TraceRecord> before);

        Assert.Equal(Sample.Records, before);
        Assert.Equal($"byte {s_trace.Length - closing}", fault.Position);
        Assert.Contains("without its closing block", fault.Message, StringComparison.Ordinal);
        Assert.Contains("the 10 records before are whole", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trace_WithMoreBehindItsEnd_IsRefused() =>
        Assert.Contains("follows", Fault([.. s_trace, 0]), StringComparison.Ordinal);

    [Fact]
    public void Trace_WithABlockLeftOut_IsRefused()
    {
        byte[] twice = Sample.Write([Sample.Records[0], Sample.Records[1], Sample.Records[2]], 1);
        int first = Sample.HeaderBytes;
        int second = Array.IndexOf(twice, (byte)'R', first + 1);

        Assert.Contains("block 0 should be here", Fault([.. twice[..first], .. twice[second..]]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Reader_AfterAFault_KeepsSayingIt()
    {
        using var reader = new TraceFileReader(new MemoryStream(s_trace[..^1]), "a.trace");
        TraceFormatException first = Assert.Throws<TraceFormatException>(() => Sample.Read(reader));

        Assert.Same(first, Assert.Throws<TraceFormatException>(() => reader.TryRead(out _)));
    }

    [Fact]
    public void Trace_OfAnotherVersion_IsRefusedWithBothVersions() =>
        Assert.Equal("a.trace, byte 8: the trace has version 2; this program reads version 1.",
            Fault(Crafted.Header(new byte[9], version: 2)));

    // head, time, offset, length: a write of one byte at 0.
    public static TheoryData<string, int, byte[]> Lies => new()
    {
        { "a record is missing", 2, [0x21, 0x80, 0x80, 0, 0, 1] },
        { "bytes behind its last record", 1, [0x21, 0, 0, 1, 0, 0] },
        { "unused bit", 1, [0xA1, 0, 0, 1] },
        { "does not end", 1, [0x21, 0, 0, 0x80] },
        { "does not end", 1, [0x21, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02, 0, 1] },
        { "there is no volume 3", 1, [0x31, 0, 3, 0, 1] },
        { "7 is no kind", 1, [0x27, 0, 0, 1] },
        { "absurd", 1, [0x29, 0, 16, 0, 1] },
        {
            "no time within ten years", 2,
            [0x21, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02, 0, 1,
                0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02, 0]
        },
        { "absurd", 1, [0x21, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0, 1] },
        { "no range of bytes", 1, [0x21, 0, 1, 1] },
        { "a write of no bytes", 1, [0x01, 0, 0] },
        { "a flush has no length", 1, [0x22, 0, 0, 1] },
        { "absurd", 1, [0x61, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F] },
        { "absurd", 2, [0x21, 0, 0, 1] },
        { "absurd", 0, [0x21, 0, 0, 1] },
        { "absurd", -1, [0x21, 0, 0, 1] },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void Block_ThatLiesUnderARightChecksum_IsRefused(string cause, int records, byte[] payload)
    {
        TraceFormatException fault = Sample.ReadDamaged(Crafted.Trace(records, payload), out _);

        Assert.Contains(cause, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Block_OfAnAbsurdLength_IsRefusedBeforeMemoryIsTaken() => Assert.Contains("absurd", Fault(
        [.. HeaderCodec.Encode(Sample.Header),
            .. Crafted.Block(TraceLayout.RecordsMark, 1, [0x21, 0, 0, 1], length: int.MaxValue)]),
        StringComparison.Ordinal);

    [Fact]
    public void ClosingBlock_WithAnotherNumberOfRecords_IsRefused() => Assert.Contains(
        "says that it has 2 records, and has 1",
        Fault([.. HeaderCodec.Encode(Sample.Header),
            .. Crafted.Block(TraceLayout.RecordsMark, 1, [0x21, 0, 0, 1]), .. Crafted.Closing(2, 1)]),
        StringComparison.Ordinal);

    [Fact]
    public void Header_OfAnyContentUnderARightChecksum_IsReadOrRefused() =>
        Gen.Byte.Array[8, 40].Sample(body =>
        {
            byte[] zeroStart = [.. new byte[8], .. body];
            foreach (byte[] header in (byte[][])[Crafted.Header(body), Crafted.Header(zeroStart)])
                Sample.ReadDamaged(header, out _);
        }, iter: 5_000);

    [Fact]
    public void Blocks_OfAnyContentUnderARightChecksum_AreReadOrRefused() =>
        Gen.Byte.Array[3, 60].Select(Gen.Int[1, 5]).Sample((payload, records) =>
        {
            try
            {
                Sample.Read(Crafted.Trace(records, payload));
            }
            catch (TraceFormatException)
            {
                // The only way to refuse.
            }
        }, iter: 20_000);

    private static string Fault(byte[] bytes) => Sample.ReadDamaged(bytes, out _).Message;
}
