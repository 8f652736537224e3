using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using HdrHistogram;

namespace IoMerge.Benchmark.Mounted.Fio;

/// <summary>What one job of fio did.</summary>
/// <param name="Name">Its name, with a number when several have the same.</param>
/// <param name="Requests">Reads and writes that completed.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="Seconds">How long it ran.</param>
/// <param name="Errors">Requests that failed.</param>
/// <param name="Latency">From submission to completion, in nanoseconds, as fine as fio tells it.</param>
internal sealed record FioJobResult(
    string Name, long Requests, long Bytes, double Seconds, long Errors, HistogramBase Latency);

/// <summary>What a run of fio showed, read from its output in the format <c>json+</c>.</summary>
/// <param name="Version">fio's version.</param>
/// <param name="Jobs">Each job.</param>
internal sealed record FioResult(string Version, IReadOnlyList<FioJobResult> Jobs)
{
    private const long LongestNs = 3_600_000_000_000;

    /// <summary>Reads fio's output; remarks before the JSON are passed over.</summary>
    /// <exception cref="InvalidDataException">There is no such JSON in it.</exception>
    public static FioResult Parse(string output)
    {
        int start = output.StartsWith('{') ? 0 : output.IndexOf("\n{", StringComparison.Ordinal) + 1;
        try
        {
            FioJson json = JsonSerializer.Deserialize(output.AsSpan(start), FioJsonContext.Default.FioJson)
                ?? throw new InvalidDataException("fio wrote no result.");
            var names = new Dictionary<string, int>();
            return new FioResult(json.Version, [.. json.Jobs.Select(job => Convert(job, json.Jobs, names))]);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"fio's result cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>All jobs' latencies in one.</summary>
    public HistogramBase Latency()
    {
        LongHistogram sum = NewHistogram();
        foreach (FioJobResult job in Jobs)
            sum.Add(job.Latency);
        return sum;
    }

    private static FioJobResult Convert(FioJobJson job, IReadOnlyList<FioJobJson> all, Dictionary<string, int> names)
    {
        int number = names[job.Name] = names.GetValueOrDefault(job.Name) + 1;
        bool isUnique = all.Count(other => other.Name == job.Name) == 1;
        LongHistogram latency = NewHistogram();
        foreach (FioDirectionJson direction in (FioDirectionJson[])[job.Read, job.Write])
        {
            foreach ((string nanoseconds, long count) in direction.Latency.Bins ?? [])
            {
                long value = long.Parse(nanoseconds, CultureInfo.InvariantCulture);
                latency.RecordValueWithCount(Math.Clamp(value, 1, LongestNs), count);
            }
        }
        return new FioJobResult(
            isUnique ? job.Name : string.Create(CultureInfo.InvariantCulture, $"{job.Name} {number}"),
            job.Read.Requests + job.Write.Requests, job.Read.Bytes + job.Write.Bytes,
            Math.Max(job.Read.RuntimeMs, job.Write.RuntimeMs) / 1e3,
            Math.Max(job.TotalErrors, job.Error == 0 ? 0 : 1), latency);
    }

    private static LongHistogram NewHistogram() => new(LongestNs, 3);
}

/// <summary>The parts of fio's JSON that matter here.</summary>
internal sealed record FioJson(
    [property: JsonPropertyName("fio version")] string Version,
    [property: JsonPropertyName("jobs")] IReadOnlyList<FioJobJson> Jobs);

/// <summary>A job in it.</summary>
internal sealed record FioJobJson(
    [property: JsonPropertyName("jobname")] string Name,
    [property: JsonPropertyName("error")] int Error,
    [property: JsonPropertyName("total_err")] long TotalErrors,
    [property: JsonPropertyName("read")] FioDirectionJson Read,
    [property: JsonPropertyName("write")] FioDirectionJson Write);

/// <summary>What a job read, or wrote.</summary>
internal sealed record FioDirectionJson(
    [property: JsonPropertyName("total_ios")] long Requests,
    [property: JsonPropertyName("io_bytes")] long Bytes,
    [property: JsonPropertyName("runtime")] double RuntimeMs,
    [property: JsonPropertyName("lat_ns")] FioLatencyJson Latency);

/// <summary>Counts of times; the keys are nanoseconds.</summary>
internal sealed record FioLatencyJson(
    [property: JsonPropertyName("bins")] Dictionary<string, long>? Bins);

/// <summary>How it is read, without reflection.</summary>
[JsonSourceGenerationOptions(RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(FioJson))]
internal sealed partial class FioJsonContext : JsonSerializerContext;
