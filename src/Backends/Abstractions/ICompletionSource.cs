namespace IoMerge.Backends;

/// <summary>
/// Completions of a store that lie ready, and somebody has to come for them. A server with a loop of its own waits for
/// them there, together with whatever else it waits for; then no thread of the store has to be woken for them.
/// </summary>
/// <remarks>
/// A store that has one waits for its completions itself until it is told otherwise (<see cref="Adopt"/>), so nobody
/// has to know of this. All members may be called by any thread until disposal begins.
/// </remarks>
public interface ICompletionSource
{
    /// <summary>A descriptor for poll(2), readable while completions lie ready. Never changes.</summary>
    int Descriptor { get; }

    /// <summary>True while completions lie ready. Costs a look into memory.</summary>
    bool HasCompletions { get; }

    /// <summary>
    /// Completes the operations whose completions lie ready, on the calling thread. Does not wait; does nothing while
    /// another thread does it.
    /// </summary>
    void WorkOff();

    /// <summary>
    /// The caller comes for the completions from now on, whenever <see cref="Descriptor"/> is readable, and promptly:
    /// nobody else does until <see cref="Release"/>.
    /// </summary>
    void Adopt();

    /// <summary>The store waits for its completions itself again. Also before an adopter's own end.</summary>
    void Release();
}
