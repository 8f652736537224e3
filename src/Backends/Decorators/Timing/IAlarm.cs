namespace IoMerge.Backends.Decorators;

/// <summary>
/// Calls once when a moment has come. Setting an earlier moment replaces a later one, never the other way.
/// </summary>
internal interface IAlarm : IDisposable
{
    /// <param name="timestamp">The moment, in the time provider's timestamps.</param>
    void SetFor(long timestamp);
}
