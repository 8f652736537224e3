namespace IoMerge.Backends.Decorators;

/// <summary>
/// Decides which operations fail and after how many bytes. Thread-safe; decisions are made in order of the calls.
/// </summary>
internal sealed class ErrorRule(ErrorOptions options)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(options.Seed);
    private readonly HashSet<IoKind> _kinds = [.. options.Kinds];
    private readonly Extent _range = options.Range;
    private long _matches;

    /// <summary>Looks at an operation.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="extent">Its bytes.</param>
    /// <param name="good">How many leading bytes are to be transferred before it fails.</param>
    /// <returns>True when it is to fail.</returns>
    internal bool Fails(IoKind kind, Extent extent, out long good)
    {
        good = 0;
        if ((_kinds.Count > 0 && !_kinds.Contains(kind)) || (options.HasRange && !extent.Overlaps(_range)))
            return false;
        if (options.Short && (!kind.IsTransfer() || extent.IsEmpty))
            return false;
        lock (_lock)
        {
            _matches++;
            if ((options.Nth > 0 && _matches != options.Nth) || _random.NextDouble() >= options.Rate)
                return false;
            if (options.Short)
                good = _random.NextInt64(extent.Length);
        }
        if (!options.Short && kind.IsTransfer())
            good = Math.Max(0, _range.Offset - extent.Offset);
        return true;
    }
}
