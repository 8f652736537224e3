using System.Globalization;
using IoMerge.Backends;

namespace IoMerge.Traces.Text;

/// <summary>How kinds, flags and times look in a CSV trace.</summary>
internal static class CsvWords
{
    private static readonly string[] s_kinds = ["read", "write", "flush", "discard", "zero", "allocate", "resize"];

    private static readonly (string Word, IoFlags Flag)[] s_flags =
        [("dsync", IoFlags.DataSync), ("sync", IoFlags.Sync), ("unmap", IoFlags.Unmap), ("keepsize", IoFlags.KeepSize)];

    /// <summary>The word of a kind.</summary>
    public static string Write(IoKind kind) => s_kinds[(int)kind];

    /// <summary>The words of flags, joined by plus signs; empty for none.</summary>
    public static string Write(IoFlags flags) => flags == IoFlags.None ? ""
        : string.Join('+', s_flags.Where(known => (flags & known.Flag) != 0).Select(known => known.Word));

    /// <summary>A time in microseconds, with three decimals where it has nanoseconds.</summary>
    public static string WriteTime(long timeNs) => timeNs % 1000 == 0
        ? (timeNs / 1000).ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{timeNs / 1000}.{timeNs % 1000:000}");

    /// <summary>Reads a kind: its word, or R or W, in any case.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out IoKind kind)
    {
        for (kind = IoKind.Read; (int)kind < s_kinds.Length; kind++)
        {
            bool isLetter = text.Length == 1 && kind.IsTransfer();
            if (text.Equals(s_kinds[(int)kind].AsSpan(0, isLetter ? 1 : s_kinds[(int)kind].Length),
                StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>Reads flags.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out IoFlags flags)
    {
        flags = IoFlags.None;
        if (text.IsEmpty)
            return true;
        foreach (Range range in text.Split('+'))
        {
            IoFlags flag = IoFlags.None;
            foreach ((string word, IoFlags known) in s_flags)
            {
                if (text[range].Equals(word, StringComparison.OrdinalIgnoreCase))
                    flag = known;
            }
            if (flag == IoFlags.None)
                return false;
            flags |= flag;
        }
        return true;
    }

    /// <summary>Reads a time in microseconds with up to three decimals, which becomes nanoseconds.</summary>
    public static bool TryReadTime(ReadOnlySpan<char> text, out long timeNs)
    {
        timeNs = 0;
        int point = text.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? text : text[..point];
        ReadOnlySpan<char> decimals = point < 0 ? default : text[(point + 1)..];
        int fraction = 0;
        if (!TryReadNumber(whole, out long us) || us > long.MaxValue / 1000 - 1
            || (point >= 0 && (decimals.Length is 0 or > 3
                || !int.TryParse(decimals, NumberStyles.None, CultureInfo.InvariantCulture, out fraction))))
            return false;
        for (int i = decimals.Length; i < 3; i++)
            fraction *= 10;
        timeNs = us * 1000 + fraction;
        return true;
    }

    /// <summary>Reads a whole number that is not negative.</summary>
    public static bool TryReadNumber(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
