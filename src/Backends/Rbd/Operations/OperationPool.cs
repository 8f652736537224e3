namespace IoMerge.Backends.Rbd;

/// <summary>
/// The operations of one image that are not under way. As many are made as were ever under way at a time. Any thread.
/// </summary>
internal sealed class OperationPool(ImageCalls calls) : IDisposable
{
    private readonly Lock _gate = new();
    private RbdOperation? _free;

    /// <summary>Takes one out; makes one when there is none.</summary>
    internal RbdOperation Rent()
    {
        lock (_gate)
        {
            if (_free is { } operation)
            {
                _free = operation.NextFree;
                operation.NextFree = null;
                return operation;
            }
        }
        return new RbdOperation(calls, this);
    }

    /// <summary>Puts one back.</summary>
    internal void Return(RbdOperation operation)
    {
        lock (_gate)
        {
            operation.NextFree = _free;
            _free = operation;
        }
    }

    /// <summary>Gives the memory of all of them back; nothing may be under way.</summary>
    public void Dispose()
    {
        while (_free is { } operation)
        {
            _free = operation.NextFree;
            operation.Dispose();
        }
    }
}
