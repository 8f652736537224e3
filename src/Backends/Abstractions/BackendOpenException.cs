namespace IoMerge.Backends;

/// <summary>
/// A store could not be opened. The message names the store, the cause and the way out, and is meant to be shown as it
/// is.
/// </summary>
public sealed class BackendOpenException : Exception
{
    /// <summary>An exception with a message for a person.</summary>
    public BackendOpenException(string message) : base(message) { }

    /// <summary>An exception with a message for a person and the fault below it.</summary>
    public BackendOpenException(string message, Exception inner) : base(message, inner) { }

    /// <summary>An exception without a message; exists for the convention only.</summary>
    public BackendOpenException() { }
}
