using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoMerge.Backends.Decorators;

/// <summary>
/// Remembers what is written through it and checks each read against that. A read of other bytes, a short read before
/// the end and a short write are reported and fail with EIO. What was in the store before is not known and not checked.
/// </summary>
public sealed partial class VerifyBackend : DecoratorBackend
{
    private readonly RememberedBytes _remembered;
    private readonly Lock _lock = new();
    private readonly ILogger _logger;
    private readonly DecoratedIoPool<VerifiedIo> _pool;
    private long _mismatches;

    /// <param name="inner">The backend to wrap.</param>
    /// <param name="options">How much to remember.</param>
    /// <param name="logger">Hears of each mismatch; the standard error output does when null.</param>
    /// <exception cref="BackendOpenException">The options are wrong.</exception>
    public VerifyBackend(IBackend inner, VerifyOptions options, ILogger? logger = null) : base(inner)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFault.ThrowIfAny("Decorator verify", options.Validate());
        _remembered = new RememberedBytes(options.MaxBytes);
        _logger = logger ?? NullLogger.Instance;
        _pool = new DecoratedIoPool<VerifiedIo>(() => new VerifiedIo(this));
    }

    /// <summary>How many operations did not do what they said. Any thread.</summary>
    public long Mismatches => Interlocked.Read(ref _mismatches);

    /// <summary>True once more was written than can be remembered. Any thread.</summary>
    public bool IsIncomplete
    {
        get
        {
            lock (_lock)
                return _remembered.IsIncomplete;
        }
    }

    /// <inheritdoc/>
    public override void Submit(BackendIo io)
    {
        ArgumentNullException.ThrowIfNull(io);
        VerifiedIo verified = _pool.Rent();
        verified.Start(io);
        Inner.Submit(verified);
    }

    /// <summary>Looks at what an operation did before its caller hears of it.</summary>
    /// <returns>The error to tell the caller.</returns>
    private Errno Check(BackendIo io, ReadOnlySpan<IoSegment> memory, Errno error, long result)
    {
        switch (io.Kind)
        {
            case IoKind.Read:
                return error.IsError ? error : CheckRead(io, memory, result);
            case IoKind.Write:
                return RememberWrite(io, memory, error, result);
            case IoKind.Zero when error.IsSuccess:
                long end = Math.Max(io.Extent.Offset, Math.Min(io.Extent.End, Size));
                lock (_lock)
                    _remembered.WriteZeros(Extent.Between(io.Extent.Offset, end));
                return error;
            case IoKind.Zero:
            case IoKind.Discard:
                lock (_lock)
                    _remembered.Forget(io.Extent);
                return error;
            case IoKind.Resize:
                lock (_lock)
                    _remembered.Forget(Extent.Between(Math.Min(Size, io.Extent.Offset), long.MaxValue));
                return error;
            default:
                return error;
        }
    }

    private Errno CheckRead(BackendIo io, ReadOnlySpan<IoSegment> memory, long result)
    {
        if (result < io.Extent.Length && io.Extent.Offset + result < Size)
            return Report(io, io.Extent.Offset + result, "ended before the end of the store");
        long position = io.Extent.Offset;
        long end = position + result;
        long difference = -1;
        lock (_lock)
        {
            foreach (IoSegment segment in memory)
            {
                int length = (int)Math.Min(segment.Length, Math.Min(end - position, int.MaxValue));
                difference = _remembered.FindDifference(position, BytesOf(segment, length));
                position += length;
                if (difference >= 0 || position == end)
                    break;
            }
        }
        return difference < 0 ? Errno.None : Report(io, difference, "returned other bytes than were written");
    }

    private Errno RememberWrite(BackendIo io, ReadOnlySpan<IoSegment> memory, Errno error, long result)
    {
        long position = io.Extent.Offset;
        long good = position + Math.Clamp(result, 0, io.Extent.Length);
        lock (_lock)
        {
            foreach (IoSegment segment in memory)
            {
                int length = (int)Math.Min(segment.Length, Math.Min(good - position, int.MaxValue));
                _remembered.Write(position, BytesOf(segment, length));
                position += length;
            }
            _remembered.Forget(Extent.Between(good, io.Extent.End));
        }
        return error.IsSuccess && good < io.Extent.End
            ? Report(io, good, "ended short without an error")
            : error;
    }

    /// <remarks>Safe while the operation is not completed: its memory stays valid until then.</remarks>
    private static unsafe ReadOnlySpan<byte> BytesOf(IoSegment segment, int length) =>
        new((void*)segment.Address, length);

    private Errno Report(BackendIo io, long offset, string what)
    {
        long number = Interlocked.Increment(ref _mismatches);
        if (ReferenceEquals(_logger, NullLogger.Instance))
        {
            Console.Error.WriteLine(
                $"iomerge verify: mismatch {number}: {io.Kind} {io.Extent} {what}, first at byte {offset}.");
        }
        else
        {
            LogMismatch(_logger, number, io.Kind, io.Extent, what, offset);
        }
        return Errno.EIO;
    }

    [LoggerMessage(EventId = 3, Level = LogLevel.Critical,
        Message = "Verification failed ({Number}): {Kind} {Extent} {What}, first at byte {Offset}.")]
    private static partial void LogMismatch(
        ILogger logger, long number, IoKind kind, Extent extent, string what, long offset);

    /// <summary>One operation on its way.</summary>
    private sealed class VerifiedIo(VerifyBackend owner) : DecoratedIo
    {
        internal void Start(BackendIo outer) => Carry(outer);

        public override void Complete(Errno error, long result)
        {
            ReadOnlySpan<IoSegment> memory = Kind.IsTransfer() ? Segments : [];
            Errno told = owner.Check(this, memory, error, result);
            long good = told == error || Kind == IoKind.Write ? result : 0;
            Let().Complete(told, good);
        }

        public override void CompleteWithLoan(nint address, long length)
        {
            IoSegment loan = new(address, (nint)length);
            Errno told = owner.Check(this, [loan], Errno.None, length);
            BackendIo outer = Let();
            if (told.IsSuccess)
                outer.CompleteWithLoan(address, length);
            else
                outer.Complete(told, 0);
        }

        private BackendIo Let()
        {
            BackendIo outer = Release();
            owner._pool.Return(this);
            return outer;
        }
    }
}
