using System.Globalization;
using System.Text;
using IoMerge.Backends;
using IoMerge.Traces;
using IoMerge.Traces.Statistics;

namespace IoMerge.Mount.Commands.Trace;

/// <summary>Writes what is in a trace, for a person. Text only; it looks at nothing.</summary>
internal static class TraceSummary
{
    private const double NsPerSecond = 1e9;

    /// <summary>Some lines, ending with a line break.</summary>
    public static string Write(string path, TraceFormat format, TraceHeader header, TraceStatistics s)
    {
        var text = new StringBuilder();
        double seconds = (s.LastNs - s.FirstNs) / NsPerSecond;
        string begun = header.StartedAt == DateTimeOffset.UnixEpoch
            ? "" : $", begun {header.StartedAt.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}";
        Line(text, $"{path}: {s.Records} arrivals in {Number(seconds, "0.###")} s ({Name(format)}{begun})");
        if (s.Records == 0)
            return text.ToString();
        string rate = seconds > 0 ? $"{Number(s.Records / seconds, "0")} arrivals per second on average, " : "";
        Line(text, $"  {rate}{s.BusiestSecond} in the busiest second; "
            + $"{(s.Callers == 0 ? "callers are not known" : $"{s.Callers} callers")}");
        foreach (IoKind kind in Enum.GetValues<IoKind>().Where(kind => kind <= IoKind.Resize && s.Of(kind).Count > 0))
            Line(text, KindLine(kind, s.Of(kind), s.Records));
        WriteTransfers(text, s);
        WriteVolumes(text, header, s);
        return text.ToString();
    }

    private static void WriteTransfers(StringBuilder text, TraceStatistics s)
    {
        if (s.Transfers == 0)
            return;
        IEnumerable<string> sizes = s.Sizes.Index().Where(size => size.Item > 0)
            .Select(size => $"{Range(size.Index)} {Share(size.Item, s.Transfers)}");
        Line(text, $"  sizes: {string.Join(", ", sizes)}");
        Line(text, $"  sequential: {Share(s.Sequential, s.Transfers)} begin where the one before on their volume "
            + $"ended; {Share(s.Adjacent, s.Transfers)} touch one of the last {TraceStatistics.Window}");
    }

    private static void WriteVolumes(StringBuilder text, TraceHeader header, TraceStatistics s)
    {
        for (int volume = 0; volume < header.Volumes.Count; volume++)
        {
            TraceVolume v = header.Volumes[volume];
            string size = v.Size > 0 ? new ByteSize(v.Size).ToString()
                : $"size not known, used up to byte {s.HighestOf(volume)}";
            Line(text, $"  volume {v.Name}: {s.OfVolume(volume)} arrivals, {size}");
        }
    }

    private static string KindLine(IoKind kind, KindTotal total, long records)
    {
        string bytes = total.Bytes > 0 ? $"  {new ByteSize(total.Bytes)}" : "";
        return $"  {kind.ToString().ToLowerInvariant(),-9}{total.Count,12}  {Share(total.Count, records),7}{bytes}";
    }

    // A class of sizes begins at a power of two; most requests have exactly that size.
    private static string Range(int power) => $"from {new ByteSize(1L << power)}";

    private static string Name(TraceFormat format) => format switch
    {
        TraceFormat.Binary => "binary",
        TraceFormat.Iolog2 => "fio iolog version 2",
        TraceFormat.Iolog3 => "fio iolog version 3",
        _ => "CSV",
    };

    private static string Share(long part, long whole) => Number(100.0 * part / whole, "0.0") + " %";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
