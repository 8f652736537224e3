using CsCheck;
using IoMerge.Testing.Processes;

namespace IoMerge.Traces.Tests.Text;

/// <summary>CSV, with headings and without, is read and written; what is wrong in it is told with its line.</summary>
public sealed class CsvTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Csv_OfAnyRecords_IsReadAsItWasWritten() =>
        Sample.AnyRecord.Array[1, 50].Sample(records =>
        {
            TraceRecord[] timed = Sample.WithTimes(records);
            TraceVolume[] volumes = [new("a,b", 0), new("quo\"ted", 0), new("größer", 0)];
            string path = _folder.File($"{Guid.NewGuid():N}.csv");
            using (ITraceSink sink = TraceFiles.CreateSink(
                File.Create(path), TraceFormat.Csv, new TraceHeader(DateTimeOffset.UnixEpoch, volumes)))
            {
                foreach (TraceRecord record in timed)
                    sink.Write(record);
                sink.Complete();
            }

            using ITraceSource source = TraceFiles.Open(path);

            // Volumes are numbered anew, by appearance.
            Assert.Equal(timed.Select(record => (record with { Volume = 0 }, volumes[record.Volume].Name)),
                Sample.Read(source).Select(
                    record => (record with { Volume = 0 }, source.Header.Volumes[record.Volume].Name)));
        }, iter: 200);

    [Fact]
    public void PublicTrace_WithoutHeadings_BeginsAtZeroAndHasAVolumePerDevice()
    {
        using ITraceSource source = Open("1000000,W,4,135536145408,8192\n1000315,R,3,512,512\n1000315,w,4,0,1\r\n");

        Assert.Equal(["4", "3"], source.Header.Volumes.Select(volume => volume.Name));
        Assert.Equal(
            [
                new TraceRecord(0, 0, IoKind.Write, IoFlags.None, 135536145408, 8192, 0),
                new TraceRecord(315_000, 1, IoKind.Read, IoFlags.None, 512, 512, 0),
                new TraceRecord(315_000, 0, IoKind.Write, IoFlags.None, 0, 1, 0),
            ],
            Sample.Read(source));
    }

    [Fact]
    public void Headings_InAnyOrderAndByOtherNames_AreUnderstood()
    {
        using ITraceSource source = Open("size,dev,op,ts_us,offset,flags\n512,a,write,7.5,1024,DSYNC+sync\n\n");

        Assert.Equal(
            [new TraceRecord(7_500, 0, IoKind.Write, IoFlags.DataSync | IoFlags.Sync, 1024, 512, 0)],
            Sample.Read(source));
    }

    [Theory]
    [InlineData("0,R,0,0,512\n5,R,0,0\n", "line 2: the line has 4 columns, and should have 5")]
    [InlineData("0,R,0,0,512\n5,R,0,0,512,1\n", "line 2: the line has 6 columns")]
    [InlineData("0,R,0,0,512,1\n", "line 1: a trace without headings has 5 columns")]
    [InlineData("0,R,0,0,512\n\n-5,R,0,0,512\n", "line 3: column 1: \"-5\" is not a time")]
    [InlineData("0,R,0,0,512\n1.2345,R,0,0,512\n", "line 2: column 1")]
    [InlineData("0,R,0,0,512\n99999999999999999999,R,0,0,512\n", "line 2: column 1")]
    [InlineData("5,R,0,0,512\n4,R,0,0,512\n", "line 2: time goes back, from 0 ns to -1000 ns")]
    [InlineData("0,X,0,0,512\n", "line 1: column 2: \"X\" is none of read")]
    [InlineData("0,R,0,-1,512\n", "line 1: column 4: \"-1\" is not an offset")]
    [InlineData("0,R,0,0,0x10\n", "line 1: column 5: \"0x10\" is not a length")]
    [InlineData("0,R,0,9223372036854775807,1\n", "line 1: offset 9223372036854775807 and length 1")]
    [InlineData("0,R,0,0,0\n", "line 1: a read of no bytes")]
    [InlineData("0,R,,0,512\n", "line 1: the name of a volume")]
    [InlineData("time_us,op,volume,offset,length\n315360000000001,R,a,0,1\n", "line 2: 315360000000001000 ns is no")]
    [InlineData("time_us,op,volume,offset\n0,R,0,0\n", "line 1: column length is missing")]
    [InlineData("time_us,op,volume,offset,length,size\n", "line 1: column length is there twice")]
    [InlineData("time_us,op,volume,offset,length,colour\n", "line 1: there is no column \"colour\"")]
    [InlineData("time_us,op,volume,offset,length\n", "line 1: the trace ends without a single arrival")]
    [InlineData("time_us,op,volume,offset,length,flags\n0,R,a,0,1,fast\n", "line 2: column 6: \"fast\" is none of")]
    [InlineData("time_us,op,volume,offset,length,pid\n0,R,a,0,1,4294967296\n", "line 2: column 6")]
    public void DamagedCsv_IsRefusedBeforeTheFirstRecord_WithItsLine(string text, string expected)
    {
        TraceFormatException fault = Assert.Throws<TraceFormatException>(() => Open(text).Dispose());

        Assert.Contains(", " + expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_OfTooManyVolumes_IsRefused()
    {
        IEnumerable<string> lines = Enumerable.Range(0, TraceRules.MaxVolumes + 1).Select(i => $"{i},R,{i},0,1");

        TraceFormatException fault = Assert.Throws<TraceFormatException>(
            () => Open(string.Join("\n", lines)).Dispose());

        Assert.Equal($"line {TraceRules.MaxVolumes + 1}", fault.Position);
    }

    private ITraceSource Open(string text)
    {
        string path = _folder.File($"{Guid.NewGuid():N}.csv");
        File.WriteAllText(path, text);
        return TraceFiles.Open(path);
    }
}
