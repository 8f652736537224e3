using System.Globalization;
using IoMerge.Backends;
using IoMerge.Benchmark.Results;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Mounted.Targets;

/// <summary>
/// The elevator's picture of a look at a mount: so many arrivals of its recording, and the operations of its store's
/// log that carried them. It brings the two clocks together by the time of day at which each began. Not thread-safe.
/// </summary>
internal sealed class LookPicture
{
    /// <summary>Most arrivals in a picture: what can still be told apart on a screen.</summary>
    internal const int MostArrivals = 400;

    // The log begins with it; what follows is when its times count from.
    private const string Opened = " opened_utc=";

    // Two clocks were brought together, and one of them has whole microseconds.
    private const double Tolerance = 100;

    private readonly List<TraceRecord> _arrivals = [];

    /// <summary>Takes note of an arrival; those beyond what a picture shows are ignored.</summary>
    internal void Arrived(in TraceRecord arrival)
    {
        if (_arrivals.Count < MostArrivals)
            _arrivals.Add(arrival);
    }

    /// <summary>Draws what arrived and what became of it; null when nothing arrived or the log tells no time.</summary>
    /// <param name="startedAt">When the recording began.</param>
    /// <param name="log">The log of the store's operations, from its beginning.</param>
    internal ElevatorPicture? Draw(DateTimeOffset startedAt, TextReader log)
    {
        if (_arrivals.Count == 0 || OpenedAt(log.ReadLine()) is not { } openedAt)
            return null;
        long first = _arrivals[0].TimeNs;
        PictureArrival[] arrivals = [.. _arrivals.Select(arrival => new PictureArrival(
            (arrival.TimeNs - first) / 1e3, arrival.Offset, arrival.Length, arrival.Kind == IoKind.Write))];
        double startUs = (startedAt - openedAt).TotalMicroseconds + first / 1e3;
        var operations = new List<PictureOperation>();
        while (log.ReadLine() is { } line)
        {
            if (Parse(line, startUs) is { } operation && operation.FromUs >= -Tolerance
                && operation.FromUs <= arrivals[^1].AtUs + Tolerance && Carries(operation, arrivals))
                operations.Add(operation with { FromUs = Math.Max(0, operation.FromUs) });
        }
        return new ElevatorPicture(
            arrivals, [.. operations.OrderBy(operation => operation.FromUs).Take(MostArrivals)]);
    }

    /// <summary>A box without the arrivals it carried would be a lie.</summary>
    private static bool Carries(PictureOperation operation, PictureArrival[] arrivals) => arrivals.Any(arrival =>
        arrival.IsWrite == operation.IsWrite && arrival.AtUs <= operation.FromUs + Tolerance
        && arrival.Offset >= operation.Offset
        && arrival.Offset + arrival.Length <= operation.Offset + operation.Length);

    private static DateTimeOffset? OpenedAt(string? header)
    {
        int at = header?.IndexOf(Opened, StringComparison.Ordinal) ?? -1;
        return at >= 0 && DateTimeOffset.TryParse(header.AsSpan(at + Opened.Length), CultureInfo.InvariantCulture,
            DateTimeStyles.RoundtripKind, out DateTimeOffset openedAt) ? openedAt : null;
    }

    // start_us kind offset length members flags error result took_us
    private static PictureOperation? Parse(string line, double startUs)
    {
        string[] fields = line.Split(' ');
        if (fields is not [var start, "Read" or "Write", var offset, var length, var members, _, _, _, var took])
            return null;
        double fromUs = Number(start) - startUs;
        return new PictureOperation(fromUs, fromUs + Number(took), Number(offset), Number(length),
            fields[1] == "Write", (int)Number(members));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
