using IoMerge.Backends;
using IoMerge.Benchmark;
using IoMerge.Mount.Configuration;

namespace IoMerge.Mount;

/// <summary>Opens stores for benchmarks, which know none.</summary>
/// <param name="overwrite">
/// Whether a store that holds data may be opened for writing. A benchmark writes what it likes where it likes.
/// </param>
internal sealed class StoreOpener(bool overwrite) : IStoreOpener
{
    public IBackend Open(string spec)
    {
        StoreSpec store = StoreSpec.Parse(spec);
        if (!overwrite && CompositionRoot.FindExistingData(store) is { } data)
        {
            throw new BackendOpenException($"{data} would be overwritten. Say --overwrite to allow that, name a file "
                + "that does not exist yet with create=SIZE, or add readonly if nothing but reads is to come.");
        }
        return CompositionRoot.OpenStore(store);
    }
}
