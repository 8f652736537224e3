namespace IoMerge.Mount.Configuration;

/// <summary>The settings of section <c>Mount</c>.</summary>
internal static class MountKnobs
{
    public static KnobTable<MountOptions> Table { get; } = new(new MountOptions(),
        Knobs<MountOptions>.Text("MountPoint", "path", "a path without NUL, or empty when the command line names it",
            "Where the volumes appear: an existing empty directory, or /dev/fd/N, a FUSE channel that is already open.",
            o => o.MountPoint, (o, v) => o with { MountPoint = v }, text => !text.Contains('\0')),
        Knobs<MountOptions>.Text("FsName", "name", "a name without blanks, commas and control characters",
            "First column of /proc/mounts and of df; tells mounts apart.",
            o => o.FsName, (o, v) => o with { FsName = v }, IsFsName),
        Knobs<MountOptions>.Switch("AllowOther",
            "Lets users other than the one who mounts enter; the permission bits of the volumes still hold.",
            o => o.AllowOther, (o, v) => o with { AllowOther = v }),
        Knobs<MountOptions>.Switch("ReadOnly",
            "Refuses changes to the mount and all its volumes, and opens the stores for reading only.",
            o => o.ReadOnly, (o, v) => o with { ReadOnly = v }),
        Knobs<MountOptions>.Switch("CleanStale",
            "Removes what a dead iomerge left mounted at the mount point before mounting anew.",
            o => o.CleanStale, (o, v) => o with { CleanStale = v }),
        Knobs<MountOptions>.Whole("BusyTimeoutMs", "ms", 0, 3_600_000,
            "How long a stop waits for those who still have volumes open before it takes the mount away from them.",
            o => o.BusyTimeoutMs, (o, v) => o with { BusyTimeoutMs = (int)v }),
        Knobs<MountOptions>.Text("Summary", "path", "a path without NUL, or empty for none",
            "File that gets what each volume's scheduler and store did, as JSON: at the end, and whenever the process "
            + "receives SIGUSR1.",
            o => o.Summary, (o, v) => o with { Summary = v }, text => !text.Contains('\0')),
        Knobs<MountOptions>.Text("Record", "path", "a path without NUL, or empty for no recording",
            "A new file for a trace of all requests that arrive, to replay them later with other settings.",
            o => o.Record, (o, v) => o with { Record = v }, text => !text.Contains('\0')));

    private static bool IsFsName(string text) =>
        text.Length is > 0 and <= 255 && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is ',' or '\\');
}
