namespace IoMerge.Traces.Text;

/// <summary>
/// Gives the volumes of a text trace their numbers, in the order in which they appear. Not thread-safe.
/// </summary>
internal sealed class VolumeNames
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<TraceVolume> _volumes = [];

    public VolumeNames() => _lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The volumes seen so far, of unknown size.</summary>
    public IReadOnlyList<TraceVolume> All => _volumes;

    /// <summary>The number of a name; -1 when it was not seen.</summary>
    public int Find(ReadOnlySpan<char> name) => _lookup.TryGetValue(name, out int number) ? number : -1;

    /// <summary>Finds the number of a name, or gives it a new one.</summary>
    /// <returns>What is wrong with the name, or with one more; null when nothing is.</returns>
    public string? FindOrAdd(ReadOnlySpan<char> name, out int number)
    {
        number = Find(name);
        if (number >= 0)
            return null;
        if (_volumes.Count == TraceRules.MaxVolumes)
            return $"the trace has more than {TraceRules.MaxVolumes} volumes";
        if (name.Length is 0 or > TraceRules.MaxNameBytes)
            return $"the name of a volume has 1 to {TraceRules.MaxNameBytes} bytes, not {name.Length}";
        var volume = new TraceVolume(name.ToString(), 0);
        number = _volumes.Count;
        _volumes.Add(volume);
        _numbers[volume.Name] = number;
        return null;
    }
}
