namespace IoMerge.Mount.Fuse.Reading;

/// <summary>
/// Decides how many requests a plug gathers before they go. Where they merge, all that came together should go
/// together. Where they do not, a large plug only lets the store wait for the reader, then the reader for the store; a
/// small one keeps both busy. Every so often a plug is large all the same, as merging may be out of the sight of small
/// ones. A pure decision: it is told what pays, it does not ask.
/// </summary>
internal sealed class PlugSize
{
    /// <summary>Most requests where gathering pays.</summary>
    public const int Large = Plug.MaxRequests;

    /// <summary>Most requests where it does not.</summary>
    public const int Small = 8;

    /// <summary>Of so many plugs one is large.</summary>
    public const int Interval = 16;

    private int _small;

    /// <summary>Most requests of the present plug.</summary>
    public int Limit { get; private set; } = Large;

    /// <summary>A plug has gone; decides about the next one.</summary>
    /// <param name="gatheringPays">
    /// True where requests merge lately, and where the store works on the reader's own thread.
    /// </param>
    public void Next(bool gatheringPays)
    {
        _small = gatheringPays ? 0 : (_small + 1) % Interval;
        Limit = _small == 0 ? Large : Small;
    }
}
