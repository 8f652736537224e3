using IoMerge.Backends;

namespace IoMerge.Mount.Volumes;

/// <summary>
/// The failure of a write whose caller could not be told: he was gone, or the write came from the page cache. It stays
/// for the life of the mount, as the failure of a flush does: what is lost is not brought back by having told one of
/// those who ask. Any thread.
/// </summary>
internal sealed class WriteErrors
{
    private int _first;

    /// <summary>The first failure; <see cref="Errno.None"/> when there was none.</summary>
    public Errno Failure => new(Volatile.Read(ref _first));

    /// <summary>Notes a failure. The first one stays.</summary>
    public void Remember(Errno error) => Interlocked.CompareExchange(ref _first, error.Value, 0);
}
