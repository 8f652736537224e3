namespace IoMerge.Backends.Decorators;

/// <summary>
/// A backend around another, which it owns. What a derived class does not say otherwise, the inner backend says.
/// </summary>
public abstract class DecoratorBackend : IBackend
{
    /// <param name="inner">The backend to wrap; disposed of with this one.</param>
    protected DecoratorBackend(IBackend inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <summary>The wrapped backend.</summary>
    public IBackend Inner { get; }

    /// <inheritdoc/>
    public virtual BackendGeometry Geometry => Inner.Geometry;

    /// <inheritdoc/>
    public long Size => Inner.Size;

    /// <inheritdoc/>
    public ICompletionSource? Completions => Inner.Completions;

    /// <inheritdoc/>
    public virtual void Anticipate(Extent extent) => Inner.Anticipate(extent);

    /// <inheritdoc/>
    public void RegisterMemory(nint address, nint length) => Inner.RegisterMemory(address, length);

    /// <inheritdoc/>
    public abstract void Submit(BackendIo io);

    /// <inheritdoc/>
    public void BeginBatch() => Inner.BeginBatch();

    /// <inheritdoc/>
    public void EndBatch() => Inner.EndBatch();

    /// <summary>Disposes of this backend and of the inner one. Nothing may be in flight.</summary>
    public async ValueTask DisposeAsync()
    {
        await DisposeOwnAsync().ConfigureAwait(false);
        await Inner.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives up what the decorator itself holds; runs before the inner backend's disposal.</summary>
    protected virtual ValueTask DisposeOwnAsync() => ValueTask.CompletedTask;
}
