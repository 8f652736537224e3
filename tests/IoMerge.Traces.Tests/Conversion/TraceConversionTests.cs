using IoMerge.Testing.Processes;
using IoMerge.Traces.Conversion;

namespace IoMerge.Traces.Tests.Conversion;

/// <summary>A conversion makes the whole file or none, and knows formats by their content.</summary>
public sealed class TraceConversionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Trace_ThroughCsvAndBack_IsTheSame()
    {
        string csv = Convert(Store(Sample.Write(Sample.Records)), TraceFormat.Csv);
        string binary = Convert(csv, TraceFormat.Binary);

        using ITraceSource source = TraceFiles.Open(binary);

        Assert.Equal(TraceFormat.Csv, TraceFiles.FormatOf(csv));
        Assert.Equal(TraceFormat.Binary, TraceFiles.FormatOf(binary));
        Assert.Equal(Sample.Records, Sample.Read(source));
    }

    [Theory]
    [InlineData(TraceFormat.Binary)]
    [InlineData(TraceFormat.Iolog2)]
    [InlineData(TraceFormat.Iolog3)]
    [InlineData(TraceFormat.Csv)]
    public void DamagedInput_LeavesNoFile(TraceFormat format)
    {
        string damaged = Store(Sample.Write(Sample.Records, perBlock: 2)[..^1]);
        string output = _folder.File("out");

        using ITraceSource source = TraceFiles.Open(damaged);

        Assert.Throws<TraceFormatException>(() => TraceConversion.Convert(source, output, format));
        Assert.Equal([damaged], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Output_ThatExists_IsNotOverwritten()
    {
        string input = Store(Sample.Write(Sample.Records));
        string output = _folder.File("out");
        File.WriteAllText(output, "mine");

        using ITraceSource source = TraceFiles.Open(input);

        Assert.Throws<IOException>(() => TraceConversion.Convert(source, output, TraceFormat.Csv));
        Assert.Equal("mine", File.ReadAllText(output));
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("IOMTRAC", "this is no trace")]
    [InlineData("hello\n", "this is no trace")]
    [InlineData("\u0001,\u0002,3,4,5\n", "this is no trace")]
    public void WhatIsNoTrace_IsRefused(string text, string expected)
    {
        string path = Store(System.Text.Encoding.UTF8.GetBytes(text));

        Assert.Contains(expected, Assert.Throws<TraceFormatException>(() => TraceFiles.Open(path)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b.trace", TraceFormat.Binary)]
    [InlineData("b.iolog", TraceFormat.Iolog3)]
    [InlineData("b.iolog2", TraceFormat.Iolog2)]
    [InlineData("B.CSV", TraceFormat.Csv)]
    [InlineData("b.txt", null)]
    public void Ending_StandsForAFormat(string path, TraceFormat? expected) =>
        Assert.Equal(expected, TraceFormats.FromEnding(path));

    private string Store(byte[] bytes)
    {
        string path = _folder.File("in");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Convert(string path, TraceFormat format)
    {
        string output = _folder.File($"{Guid.NewGuid():N}");
        using ITraceSource source = TraceFiles.Open(path);
        Assert.Equal(Sample.Records.Length, TraceConversion.Convert(source, output, format).Records);
        return output;
    }
}
