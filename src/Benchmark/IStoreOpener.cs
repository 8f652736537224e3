using IoMerge.Backends;

namespace IoMerge.Benchmark;

/// <summary>
/// Opens stores by the words of the command line. Which stores there are is the program's business; this is all that a
/// benchmark knows of it.
/// </summary>
public interface IStoreOpener
{
    /// <summary>
    /// Opens the store of a volume as it is written on the command line: <c>memory:1GiB</c>,
    /// <c>file:/p,create=1GiB</c>, <c>block:/dev/x</c>. Whoever asked for it disposes of it. Any thread.
    /// </summary>
    /// <param name="spec">The volume without its <c>NAME=</c>.</param>
    /// <exception cref="BackendOpenException">The store could not be opened; nothing stays open.</exception>
    /// <exception cref="FormatException">It is written wrongly; the message says what may be written.</exception>
    IBackend Open(string spec);
}
