using IoMerge.Backends;

namespace IoMerge.Benchmark.Watching;

/// <summary>
/// Carries an operation to a store for somebody who wants to know when it has ended. All else it leaves as it is.
/// </summary>
internal abstract class CarriedIo : BackendIo
{
    /// <summary>The operation that is carried.</summary>
    protected BackendIo Inner { get; private set; } = null!;

    /// <inheritdoc/>
    public sealed override ReadOnlySpan<IoSegment> Segments => Inner.Segments;

    /// <inheritdoc/>
    public sealed override bool AcceptsLoan => Inner.AcceptsLoan;

    /// <inheritdoc/>
    public sealed override bool AcceptsFileLoan => Inner.AcceptsFileLoan;

    /// <inheritdoc/>
    public sealed override Errno RequireSegments() => Inner.RequireSegments();

    /// <inheritdoc/>
    public sealed override void Complete(Errno error, long result) => End().Complete(error, result);

    /// <inheritdoc/>
    public sealed override void CompleteWithLoan(nint address, long length) => End().CompleteWithLoan(address, length);

    /// <inheritdoc/>
    public sealed override void CompleteWithFileLoan(int descriptor, long offset) =>
        End().CompleteWithFileLoan(descriptor, offset);

    /// <summary>Takes an operation to carry.</summary>
    protected void Take(BackendIo inner)
    {
        Inner = inner;
        Kind = inner.Kind;
        Flags = inner.Flags;
        Extent = inner.Extent;
        MemberCount = inner.MemberCount;
    }

    /// <summary>It has ended; this object may carry another one from then on.</summary>
    /// <returns>The operation that was carried.</returns>
    protected abstract BackendIo End();
}
