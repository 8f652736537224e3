using System.Text;

namespace IoMerge.Mount.Configuration;

/// <summary>What a volume may be called: it becomes the name of a file.</summary>
internal static class VolumeName
{
    private const int MaxBytes = 255;

    /// <summary>The rule that a name breaks, as a whole phrase; null when it may be used.</summary>
    public static string? Check(string name)
    {
        if (name.Length == 0)
            return "is empty; a volume needs a name";
        if (name is "." or "..")
            return "is a directory's own name; choose another";
        if (name.Contains('/'))
            return "contains '/'; a volume is one file, not a path";
        if (name.Any(char.IsControl))
            return "contains a control character; choose another name";
        if (name.Contains(':') || name.Contains('='))
            return "contains ':' or '=', which separate names from settings; choose another name";
        int bytes = Encoding.UTF8.GetByteCount(name);
        return bytes > MaxBytes ? $"is {bytes} bytes long; a file name has at most {MaxBytes}" : null;
    }
}
