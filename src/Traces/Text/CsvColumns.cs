namespace IoMerge.Traces.Text;

/// <summary>
/// Which column of a CSV trace holds what. Without a line of headings the columns are time, direction, device, offset
/// and length, as public block traces have them.
/// </summary>
internal sealed class CsvColumns
{
    /// <summary>The headings that are written, in order.</summary>
    public static readonly string[] Headings = ["time_us", "op", "volume", "offset", "length", "flags", "pid"];

    private const int Required = 5;

    private static readonly (string Other, string Heading)[] s_synonyms =
        [("ts_us", "time_us"), ("device", "volume"), ("dev", "volume"), ("size", "length")];

    private readonly int[] _places = [.. Enumerable.Repeat(-1, Headings.Length)];

    private CsvColumns(bool hasHeadings) => HasHeadings = hasHeadings;

    /// <summary>True when the first line names the columns.</summary>
    public bool HasHeadings { get; }

    /// <summary>Number of columns.</summary>
    public int Count { get; private set; }

    public int Time => _places[0];

    public int Operation => _places[1];

    public int Volume => _places[2];

    public int Offset => _places[3];

    public int Length => _places[4];

    /// <summary>The flags, or -1 when there are none.</summary>
    public int Flags => _places[5];

    /// <summary>The caller, or -1 when there is none.</summary>
    public int Pid => _places[6];

    /// <summary>Finds out from the first line.</summary>
    /// <param name="first">Its cells.</param>
    /// <param name="columns">The columns, when the result is null.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? Read(IReadOnlyList<string> first, out CsvColumns columns)
    {
        bool isData = first.Count > 0 && first[0].Length > 0 && char.IsAsciiDigit(first[0][0]);
        columns = new CsvColumns(!isData) { Count = first.Count };
        if (!isData)
            return columns.Place(first);
        for (int i = 0; i < Required; i++)
            columns._places[i] = i;
        return first.Count == Required ? null
            : $"a trace without headings has {Required} columns (time in µs, R or W, device, offset, length), not "
                + $"{first.Count}";
    }

    private string? Place(IReadOnlyList<string> headings)
    {
        for (int i = 0; i < headings.Count; i++)
        {
            string heading = headings[i].Trim().ToLowerInvariant();
            string meant = s_synonyms.FirstOrDefault(pair => pair.Other == heading).Heading ?? heading;
            int known = Array.IndexOf(Headings, meant);
            if (known < 0)
                return $"there is no column \"{heading}\"; known are {string.Join(", ", Headings)}";
            if (_places[known] >= 0)
                return $"column {meant} is there twice";
            _places[known] = i;
        }
        int missing = Array.IndexOf(_places, -1, 0, Required);
        return missing < 0 ? null : $"column {Headings[missing]} is missing";
    }
}
