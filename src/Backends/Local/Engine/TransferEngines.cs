namespace IoMerge.Backends.Local;

/// <summary>Chooses how the operations of a store are driven.</summary>
internal static class TransferEngines
{
    internal static ITransferEngine Start(StoreOperations operations, InlinePath inline, int workers, string name) =>
        new ThreadTransferEngine(operations, inline, workers, name);
}
