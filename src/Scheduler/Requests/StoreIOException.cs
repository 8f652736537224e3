using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>An awaited request failed; <see cref="Error"/> is what the store said to this very request.</summary>
public sealed class StoreIOException : IOException
{
    /// <summary>An exception for an error number.</summary>
    public StoreIOException(Errno error, string message) : base(message) => Error = error;

    /// <summary>An exception for EIO.</summary>
    public StoreIOException(string message, Exception inner) : base(message, inner) => Error = Errno.EIO;

    /// <summary>An exception for EIO.</summary>
    public StoreIOException(string message) : base(message) => Error = Errno.EIO;

    /// <summary>An exception for EIO.</summary>
    public StoreIOException() => Error = Errno.EIO;

    /// <summary>The error number.</summary>
    public Errno Error { get; }
}
