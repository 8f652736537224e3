using System.Text;

namespace IoMerge.Mount.Mounting;

/// <summary>One line of <c>/proc/self/mountinfo</c>.</summary>
/// <param name="Device">Major and minor number of the file system, as <c>0:46</c>; unlike the path, it stays.</param>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="FsType">Type, with the subtype: <c>fuse.iomerge</c>.</param>
/// <param name="Source">What is mounted, as the one who mounted called it.</param>
internal sealed record MountEntry(string Device, string MountPoint, string FsType, string Source)
{
    /// <summary>The type of our own mounts.</summary>
    public const string OwnType = "fuse.iomerge";

    /// <summary>True when this is a mount of an iomerge, whichever process serves it.</summary>
    public bool IsOwn => FsType == OwnType;

    /// <summary>True when a process in user space serves it.</summary>
    public bool IsFuse => FsType == "fuse" || FsType.StartsWith("fuse.", StringComparison.Ordinal)
        || FsType == "fuseblk";

    /// <summary>Number of the kernel's FUSE connection.</summary>
    public string Connection => Device[(Device.IndexOf(':', StringComparison.Ordinal) + 1)..];
}

/// <summary>What is mounted where. Reading it touches none of the file systems.</summary>
internal static class MountTable
{
    /// <summary>The mounts that this process sees, in the order in which they were made.</summary>
    public static IReadOnlyList<MountEntry> Read() => Parse(File.ReadAllText("/proc/self/mountinfo"));

    /// <summary>Reads the kernel's text.</summary>
    public static IReadOnlyList<MountEntry> Parse(string text)
    {
        var entries = new List<MountEntry>();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // Optional fields end with a dash; behind it come type, source and options of the file system.
            string[] fields = line.Split(' ');
            int dash = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
            if (dash >= 0 && dash + 2 < fields.Length)
                entries.Add(new MountEntry(
                    fields[2], Unescape(fields[4]), Unescape(fields[dash + 1]), Unescape(fields[dash + 2])));
        }
        return entries;
    }

    /// <summary>What is mounted at exactly this path, the topmost; null when nothing is.</summary>
    public static MountEntry? Find(string path) => Read().LastOrDefault(entry => entry.MountPoint == path);

    /// <summary>Where the file system with this device number is mounted; null when it is not (or no longer).</summary>
    public static MountEntry? FindDevice(string device) => Read().LastOrDefault(entry => entry.Device == device);

    /// <summary>Blanks and the like are written as a backslash and three octal digits.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\'))
            return field;
        var text = new StringBuilder(field.Length);
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && IsOctal(field.AsSpan(i + 1, 3)))
            {
                text.Append((char)Convert.ToInt32(field.Substring(i + 1, 3), 8));
                i += 3;
            }
            else
                text.Append(field[i]);
        }
        return text.ToString();
    }

    private static bool IsOctal(ReadOnlySpan<char> digits) => digits.IndexOfAnyExceptInRange('0', '7') < 0;
}
