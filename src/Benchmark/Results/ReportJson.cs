using System.Text.Json;
using System.Text.Json.Serialization;

namespace IoMerge.Benchmark.Results;

/// <summary>Writes reports as JSON, and reads them back.</summary>
public static class ReportJson
{
    /// <summary>The report as indented JSON in UTF-8, ending with a line break.</summary>
    public static byte[] Write(BenchmarkReport report) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(report, ReportJsonContext.Default.BenchmarkReport), (byte)'\n'];

    /// <summary>Reads a report.</summary>
    /// <exception cref="InvalidDataException">It is no report, or one of another version.</exception>
    public static BenchmarkReport Read(ReadOnlySpan<byte> json)
    {
        BenchmarkReport report;
        try
        {
            report = JsonSerializer.Deserialize(json, ReportJsonContext.Default.BenchmarkReport)
                ?? throw new InvalidDataException("The file holds no report.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The file holds no report: {exception.Message}", exception);
        }
        return report.FormatVersion == BenchmarkReport.CurrentFormatVersion
            ? report
            : throw new InvalidDataException($"The report has format version {report.FormatVersion}; this program "
                + $"reads version {BenchmarkReport.CurrentFormatVersion}.");
    }
}

/// <summary>How reports look as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BenchmarkReport))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
