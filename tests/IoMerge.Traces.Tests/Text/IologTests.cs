using CsCheck;
using IoMerge.Testing.Processes;

namespace IoMerge.Traces.Tests.Text;

/// <summary>What fio writes is read, and what it reads is written; what is wrong is told with its line. Whether fio
/// itself agrees, tests with real mounts see.</summary>
public sealed class IologTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Version3_AsFioWritesIt_IsRead()
    {
        using ITraceSource source = Open("fio version 3 iolog\n18 /srv/a add\n18 /srv/b add\n148 /srv/a open\n"
            + "153 /srv/a read 0 4096\n359 /srv/b write 45056 512\n586 /srv/a sync 61440 0\n586 /srv/a datasync 0 0\n"
            + "700 /srv/a trim 4096 8192\n800 /srv/a close\n");

        Assert.Equal(["/srv/a", "/srv/b"], source.Header.Volumes.Select(volume => volume.Name));
        Assert.Equal(
            [
                new TraceRecord(135_000, 0, IoKind.Read, IoFlags.None, 0, 4096, 0),
                new TraceRecord(341_000, 1, IoKind.Write, IoFlags.None, 45056, 512, 0),
                new TraceRecord(568_000, 0, IoKind.Flush, IoFlags.None, 0, 0, 0),
                new TraceRecord(568_000, 0, IoKind.Flush, IoFlags.None, 0, 0, 0),
                new TraceRecord(682_000, 0, IoKind.Discard, IoFlags.None, 4096, 8192, 0),
            ],
            Sample.Read(source));
    }

    [Fact]
    public void Version2_WithWaits_HasTheirTimes()
    {
        using ITraceSource source = Open("fio version 2 iolog\na add\na open\na read 0 512\na wait 20 0\n"
            + "a write 512 512\na wait 10 0\na write 1024 512\na close\n");

        Assert.Equal([0, 20_000_000, 20_000_000], Sample.Read(source).Select(record => record.TimeNs));
    }

    [Theory]
    [InlineData(TraceFormat.Iolog2, 1_000_000)]
    [InlineData(TraceFormat.Iolog3, 1_000)]
    public void Iolog_OfAnyReadsWritesFlushesAndDiscards_IsReadAsItWasWritten(TraceFormat format, long stepNs) =>
        Sample.AnyRecord.Array[1, 50].Sample(records =>
        {
            // What an iolog can say: no flags, no caller, less than 4 GiB, coarse times.
            TraceRecord[] sayable = [.. Sample.WithTimes(records).Where(record => record.Kind <= IoKind.Discard)
                .Select(record => record with
                {
                    TimeNs = record.TimeNs / stepNs * stepNs, Flags = IoFlags.None, CallerPid = 0,
                    Offset = record.Kind == IoKind.Flush ? 0 : record.Offset,
                    Length = Math.Min(record.Length, uint.MaxValue),
                })];

            (string path, IReadOnlyList<string> losses) = Write(sayable, format);
            using ITraceSource source = TraceFiles.Open(path);

            Assert.Empty(losses);
            Assert.Equal(Sample.Header.Volumes.Count, source.Header.Volumes.Count);
            Assert.Equal(sayable, Sample.Read(source));
        }, iter: 200);

    [Fact]
    public void WhatAnIologCannotSay_IsToldByNumber()
    {
        (string path, IReadOnlyList<string> losses) = Write(Sample.Records, TraceFormat.Iolog3);

        Assert.Equal(
            ["1 × allocate left out: an iolog has no word for it", "1 × resize left out: an iolog has no word for it",
                "2 × write that had to be durable, written without that: an iolog has no flags",
                "1 × request of 4 GiB or more left out: fio reads lengths of 32 bits"],
            losses);
        Assert.Contains("disk trim 65536 4096\n", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Times_OfVersion3_BeginAtOne_BecauseFioForgetsAPauseAfterZero()
    {
        (string path, _) = Write([Sample.Records[0], Sample.Records[3]], TraceFormat.Iolog3);

        Assert.Equal(["1 /mnt/x/disk write 4096 4096", $"251 /mnt/x/größer write {1L << 40} {1 << 20}"],
            File.ReadLines(path).Where(line => line.Contains("write", StringComparison.Ordinal)));
    }

    [Fact]
    public void NameWithABlank_IsRefused() => Assert.Throws<ArgumentException>(() => TraceFiles.CreateSink(
        new MemoryStream(), TraceFormat.Iolog3,
        new TraceHeader(DateTimeOffset.UnixEpoch, [new TraceVolume("my disk", 0)])).Dispose());

    [Theory]
    [InlineData("fio version 4 iolog\n", "line 1: this is no iolog of version 2 or 3")]
    [InlineData("fio version 3 iolog\n1 a add\n2 b open\n", "line 3: open of \"b\", which was not added")]
    [InlineData("fio version 3 iolog\n1 a add\n2 b read 0 1\n", "line 3: read of \"b\", which was not added")]
    [InlineData("fio version 3 iolog\n1 a add\n2 a erase 0 1\n", "line 3: \"erase\" is none of read")]
    [InlineData("fio version 3 iolog\n1 a add\n2 a wait 0 1\n", "line 3: \"wait\" is none of read")]
    [InlineData("fio version 3 iolog\n1 a add\n2 a rename\n", "line 3: \"rename\" is neither")]
    [InlineData("fio version 3 iolog\n1 a add\n2 a read 0\n", "line 3: \"2 a read 0\" is no line")]
    [InlineData("fio version 3 iolog\n1 a add\n2 a read 0 1 9 9 9\n", "line 3: \"2 a read 0 1 9 9 9\" is no line")]
    [InlineData("fio version 3 iolog\n1 a add\nx a read 0 1\n", "line 3: \"x\" is not a time")]
    [InlineData("fio version 3 iolog\n9 a add\n2 a read 0 1\n", "line 3: 2 µs is no time")]
    [InlineData("fio version 3 iolog\n1 a add\n9 a read 0 1\n8 a read 0 1\n", "line 4: time goes back")]
    [InlineData("fio version 3 iolog\n1 a add\n2 a read -1 1\n", "line 3: \"-1\" is not an offset")]
    [InlineData("fio version 3 iolog\n1 a add\n2 a read 0 0\n", "line 3: a read of no bytes")]
    [InlineData("fio version 3 iolog\n1 a add\n2 a read 9223372036854775807 1\n", "line 3: offset")]
    [InlineData("fio version 2 iolog\na add\na wait 9223372036854775807 0\n", "line 3: to wait")]
    [InlineData("fio version 2 iolog\n", "line 1: the trace ends without a single arrival")]
    public void DamagedIolog_IsRefusedBeforeTheFirstRecord_WithItsLine(string text, string expected)
    {
        TraceFormatException fault = Assert.Throws<TraceFormatException>(() => Open(text).Dispose());

        Assert.Contains(", " + expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LineWithoutAnEnd_IsRefused_InsteadOfFillingTheMemory() => Assert.Contains(
        "line 2: the line is longer than", Assert.Throws<TraceFormatException>(() => Open(
            "fio version 2 iolog\n" + new string('a', 1 << 20)).Dispose()).Message, StringComparison.Ordinal);

    private (string Path, IReadOnlyList<string> Losses) Write(IEnumerable<TraceRecord> records, TraceFormat format)
    {
        string path = _folder.File($"{Guid.NewGuid():N}.log");
        using ITraceSink sink = TraceFiles.CreateSink(File.Create(path), format, Sample.Header, "/mnt/x");
        foreach (TraceRecord record in records)
            sink.Write(record);
        sink.Complete();
        return (path, sink.Losses);
    }

    private ITraceSource Open(string text)
    {
        string path = _folder.File($"{Guid.NewGuid():N}.log");
        File.WriteAllText(path, text);
        return TraceFiles.Open(path);
    }
}
