using CsCheck;

namespace IoMerge.Traces.Tests.Binary;

/// <summary>What was written is read again, and the bytes are those of the documents.</summary>
public sealed class RoundTripTests
{
    [Fact]
    public void Trace_OfEveryKind_IsReadAsItWasWritten()
    {
        byte[] bytes = Sample.Write(Sample.Records, perBlock: 4);

        using var reader = new TraceFileReader(new MemoryStream(bytes), "a.trace");

        Assert.Equal(Sample.Header.StartedAt, reader.Header.StartedAt);
        Assert.Equal(Sample.Header.Volumes, reader.Header.Volumes);
        Assert.Equal(Sample.Records, Sample.Read(reader));
    }

    [Fact]
    public void Trace_OfAnyRecords_IsReadAsItWasWritten() =>
        Sample.AnyRecord.Array[0, 200].Select(Gen.Int[0, 50]).Sample((records, perBlock) =>
        {
            TraceRecord[] timed = Sample.WithTimes(records);
            Assert.Equal(timed, Sample.Read(Sample.Write(timed, perBlock)));
        }, iter: 2_000);

    [Fact]
    public void Trace_OfManyBlocks_IsReadAsItWasWritten()
    {
        TraceRecord[] records = [.. Enumerable.Range(0, 100_000).Select(i => new TraceRecord(
            i * 1_000L, i % 3, (IoKind)(i % 2), IoFlags.None, i * 7919L % (1 << 30), 4096 + i % 5, i % 11))];

        byte[] bytes = Sample.Write(records);

        Assert.Equal(records, Sample.Read(bytes));
        Assert.InRange(bytes.Length, 1, records.Length * 16);
    }

    [Fact]
    public void SequentialStream_TakesFourBytesARecord()
    {
        TraceRecord[] records = [.. Enumerable.Range(0, 10_000).Select(i => new TraceRecord(
            i * 10_000L, 0, IoKind.Write, IoFlags.None, i * 4096L, 4096, 17))];

        Assert.InRange(Sample.Write(records).Length, 1, records.Length * 4 + 500);
    }

    // docs/traces.md takes this very trace apart.
    [Fact]
    public void Bytes_OfASmallTrace_AreThoseOfTheDocuments()
    {
        using var stream = new MemoryStream();
        using var writer = new TraceFileWriter(
            stream, new TraceHeader(DateTimeOffset.UnixEpoch.AddSeconds(1), [new TraceVolume("disk", 1 << 20)]));
        writer.Write(new TraceRecord(300, 0, IoKind.Write, IoFlags.DataSync, 4096, 4096, 17));
        writer.Write(new TraceRecord(301, 0, IoKind.Write, IoFlags.None, 8192, 4096, 17));
        writer.Complete();

        string[] lines =
        [
            "494F4D5452414345", "0100", "0000", "11000000", "8096980000000000", "01", "04", "6469736B", "808040",
            "*", "52454353", "02000000", "0C000000", "00000000", "*", "69", "AC02", "01", "8040", "8020", "11",
            "01", "01", "00", "444F4E45", "00000000", "08000000", "01000000", "*", "0200000000000000",
        ];
        Assert.Matches("^" + string.Concat(lines).Replace("*", "[0-9A-F]{16}", StringComparison.Ordinal) + "$",
            Convert.ToHexString(stream.ToArray()));
    }

    [Fact]
    public void Writer_OfARecordThatBreaksARule_RefusesIt()
    {
        using var writer = new TraceFileWriter(new MemoryStream(), Sample.Header);
        writer.Write(Sample.Records[1]);

        Assert.Throws<ArgumentException>(() => writer.Write(Sample.Records[1] with { TimeNs = 999 }));
        Assert.Throws<ArgumentException>(() => writer.Write(Sample.Records[1] with { Volume = 3 }));
        Assert.Throws<ArgumentException>(() => writer.Write(Sample.Records[1] with { Volume = -1 }));
        Assert.Throws<ArgumentException>(() => writer.Write(Sample.Records[1] with { Kind = IoKind.SeekData }));
        Assert.Throws<ArgumentException>(() => writer.Write(Sample.Records[1] with { Length = 0 }));
        Assert.Throws<ArgumentException>(() => writer.Write(Sample.Records[1] with { CallerPid = -1 }));
        Assert.Equal(1, writer.Records);
    }

    [Fact]
    public void Writer_OfVolumesThatCannotBe_RefusesThem()
    {
        Assert.Throws<ArgumentException>(() => Header());
        Assert.Throws<ArgumentException>(() => Header(new TraceVolume("", 0)));
        Assert.Throws<ArgumentException>(() => Header(new TraceVolume("a", -1)));
        Assert.Throws<ArgumentException>(() => Header(new TraceVolume("a", 0), new TraceVolume("a", 0)));

        static void Header(params TraceVolume[] volumes) => new TraceFileWriter(
            new MemoryStream(), new TraceHeader(DateTimeOffset.UnixEpoch, volumes)).Dispose();
    }
}
