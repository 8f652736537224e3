using System.Text.Json;
using System.Text.Json.Serialization;
using IoMerge.Benchmark.Optimum;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Mounted;

/// <summary>
/// What a mount says of itself in the file of <c>Mount:Summary</c>: written whole each time, read by whoever measures.
/// </summary>
/// <param name="Sequence">1 for the first time that the mount wrote it, one more each time.</param>
/// <param name="IsFinal">True when the mount is gone and nothing follows.</param>
/// <param name="UptimeMs">Milliseconds since the process began.</param>
/// <param name="CpuMs">Processor time of the process so far, in milliseconds.</param>
/// <param name="Volumes">What the scheduler of each volume did since it was mounted, by the volume's name.</param>
/// <param name="Limits">What an operation on each volume may carry and what it admits, by the volume's name.</param>
/// <param name="Stores">What each volume's store says of itself, by the volume's name.</param>
public sealed record MountSummary(
    long Sequence, bool IsFinal, double UptimeMs, double CpuMs,
    IReadOnlyDictionary<string, SchedulerSnapshot> Volumes,
    IReadOnlyDictionary<string, OptimumLimits> Limits,
    IReadOnlyDictionary<string, StoreState> Stores)
{
    /// <summary>The summary as indented JSON in UTF-8, ending with a line break.</summary>
    public byte[] ToJson() =>
        [.. JsonSerializer.SerializeToUtf8Bytes(this, MountSummaryContext.Default.MountSummary), (byte)'\n'];

    /// <summary>Reads a summary.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static MountSummary Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, MountSummaryContext.Default.MountSummary)
                ?? throw new InvalidDataException("The file holds no summary of a mount.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(
                $"The file holds no summary of a mount: {exception.Message}", exception);
        }
    }
}

/// <summary>How summaries look as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(MountSummary))]
internal sealed partial class MountSummaryContext : JsonSerializerContext;
