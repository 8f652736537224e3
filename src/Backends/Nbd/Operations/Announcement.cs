namespace IoMerge.Backends.Nbd;

/// <summary>
/// What is told to the server about reads to come (CACHE). It brings no bytes, nobody waits for it, and whether it
/// succeeds concerns nobody: the reads tell of errors.
/// </summary>
internal sealed class Announcement(Announcer announcer) : BackendIo
{
    /// <inheritdoc/>
    public override ReadOnlySpan<IoSegment> Segments => [];

    /// <summary>Makes it say something else.</summary>
    internal void Prepare(Extent ahead) => (Kind, Extent) = (IoKind.Read, ahead);

    /// <inheritdoc/>
    public override void Complete(Errno error, long result) => announcer.Ended(this);
}
