using System.Globalization;
using System.Text;
using IoMerge.Backends;
using IoMerge.Mount.Fuse;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Hosting;

/// <summary>One volume as the report at mount shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Store">What the store is.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Notes">What else matters: read-only, not durable.</param>
/// <param name="Scheduler">The elevator's settings.</param>
internal sealed record VolumeReport(string Name, string Store, long Size, string Notes, SchedulerOptions Scheduler);

/// <summary>Writes the block that a person reads after mounting. Text only; it looks at nothing.</summary>
internal static class MountReport
{
    /// <summary>The block, ending with a line break.</summary>
    public static string Write(
        string version, string mountPoint, string process, IReadOnlyList<VolumeReport> volumes, FuseOptions fuse,
        FuseNegotiation negotiated)
    {
        var text = new StringBuilder();
        Line(text, $"iomerge {version} ({process}) serves {mountPoint}");
        int width = volumes.Max(volume => volume.Name.Length);
        foreach (VolumeReport volume in volumes)
        {
            string name = volume.Name.PadRight(width);
            string notes = volume.Notes.Length == 0 ? "" : $" ({volume.Notes})";
            Line(text, $"  {name}  {volume.Store}, {new ByteSize(volume.Size)}{notes}");
            Line(text, $"  {new string(' ', width)}  {Elevator(volume.Scheduler)}");
        }
        Line(text, $"  FUSE {negotiated.Major}.{negotiated.Minor}, DirectMode {fuse.DirectMode}, "
            + $"write {new ByteSize(negotiated.MaxWrite)}, read {new ByteSize(negotiated.MaxRead)}, "
            + $"max_background {negotiated.MaxBackground}, readers {negotiated.Readers} "
            + $"on {negotiated.Channels} channels");
        Line(text, $"  {negotiated.Flags}");
        return text.ToString();
    }

    /// <summary>Policy, merging, depth and hold in one line.</summary>
    public static string Elevator(SchedulerOptions options)
    {
        MergeOptions merge = options.Merge;
        string merging = merge.Level == MergeLevel.Off || options.Policy == DispatchPolicies.None
            ? "no merging"
            : $"merge {merge.Level} up to {merge.MaxBytes} or {merge.MaxRequests} requests";
        string gap = merge.ReadGapBytes > 0 ? $", read gaps to {merge.ReadGapBytes}" : "";
        string hold = options.Hold.Mode == HoldMode.Off ? "no hold"
            : $"hold {options.Hold.Mode} up to {options.Hold.MaxUs} µs";
        return $"policy {options.Policy}, {merging}{gap}, depth {options.Depth}, {hold}";
    }

    private static void Line(StringBuilder text, string line) =>
        text.Append(CultureInfo.InvariantCulture, $"{line}").Append('\n');
}
