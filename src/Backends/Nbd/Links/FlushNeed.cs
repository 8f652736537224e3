namespace IoMerge.Backends.Nbd;

/// <summary>What a flush meets at one link.</summary>
internal enum FlushNeed
{
    /// <summary>Nothing to flush.</summary>
    None,

    /// <summary>A command that flushes it is on its way.</summary>
    Added,

    /// <summary>What was to be flushed is lost with its connection, of which the set has not taken note yet.</summary>
    Lost,
}
