using IoMerge.Backends;
using IoMerge.Mount.Volumes;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Fuse.Reading;

/// <summary>
/// The completions of those volumes whose stores let a server come for them: the leading reader waits for them together
/// with requests, and works both off, so that no thread has to be woken for either.
/// </summary>
internal sealed class StoreCompletions : IDisposable
{
    private readonly IoScheduler[] _schedulers;
    private readonly ICompletionSource[] _sources;

    /// <param name="volumes">The volumes.</param>
    public StoreCompletions(VolumeTable volumes)
    {
        _schedulers = [.. volumes.All.ToArray().Select(volume => volume.Scheduler)
            .Where(scheduler => scheduler.Backend.Completions is not null)];
        _sources = [.. _schedulers.Select(scheduler => scheduler.Backend.Completions!)];
        Descriptors = [.. _sources.Select(source => source.Descriptor)];
    }

    /// <summary>For poll(2): one of them is readable while completions lie ready.</summary>
    public IReadOnlyList<int> Descriptors { get; }

    /// <summary>True while completions lie ready. Costs a look into memory for each store.</summary>
    public bool LieReady
    {
        get
        {
            foreach (ICompletionSource source in _sources)
            {
                if (source.HasCompletions)
                    return true;
            }
            return false;
        }
    }

    /// <summary>From now on the leading reader comes for them.</summary>
    public void Adopt()
    {
        foreach (ICompletionSource source in _sources)
            source.Adopt();
    }

    /// <summary>Works off what lies ready, without waiting. For the leading reader.</summary>
    public void WorkOff()
    {
        foreach (IoScheduler scheduler in _schedulers)
            scheduler.WorkOffCompletions();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ICompletionSource source in _sources)
            source.Release();
    }
}
