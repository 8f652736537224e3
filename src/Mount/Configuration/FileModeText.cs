namespace IoMerge.Mount.Configuration;

/// <summary>Permission bits as people write them: octal, <c>0600</c>.</summary>
internal static class FileModeText
{
    /// <summary>What is allowed, as a phrase that continues "must be ...".</summary>
    public const string Rule = "octal permission bits from 0000 to 0777, as \"0600\"";

    /// <summary>Reads permission bits; false when the text is not three or four octal digits up to 0777.</summary>
    public static bool TryParse(string text, out uint mode)
    {
        mode = 0;
        if (text.Length is < 3 or > 4 || text.Any(digit => digit is < '0' or > '7'))
            return false;
        foreach (char digit in text)
            mode = (mode << 3) | (uint)(digit - '0');
        return mode <= Convert.ToUInt32("0777", 8);
    }

    /// <summary>Four octal digits.</summary>
    public static string Format(uint mode) => Convert.ToString(mode, 8).PadLeft(4, '0');
}
