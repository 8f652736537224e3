using IoMerge.Backends;

namespace IoMerge.Mount.Volumes;

/// <summary>
/// The failure of a write whose caller could not be told: he was gone, or the write came from the page cache. The next
/// fsync or flush of the volume reports it, once. Any thread.
/// </summary>
internal sealed class WriteErrors
{
    private int _pending;

    /// <summary>Notes a failure. The first one stays until it is reported.</summary>
    public void Remember(Errno error) => Interlocked.CompareExchange(ref _pending, error.Value, 0);

    /// <summary>The failure to report now, which is forgotten thereby; <see cref="Errno.None"/> when there is
    /// none.</summary>
    public Errno Take() =>
        Volatile.Read(ref _pending) == 0 ? Errno.None : new Errno(Interlocked.Exchange(ref _pending, 0));
}
