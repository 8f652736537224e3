using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoMerge.Backends.Decorators;

/// <summary>
/// Logs every operation that reaches the store, one line each: what merging made of the requests, seen from outside. A
/// line is handed over before the operation's caller hears of its end, and written by a thread of its own.
/// </summary>
public sealed partial class LogBackend : DecoratorBackend
{
    private readonly TimeProvider _time;
    private readonly long _opened;
    private readonly ILogger _logger;
    private readonly StreamWriter? _file;
    private readonly LogWriter _writer;
    private readonly DecoratedIoPool<LoggedIo> _pool;

    /// <param name="inner">The backend to wrap.</param>
    /// <param name="options">Where to.</param>
    /// <param name="logger">Takes the lines when no file is named.</param>
    /// <param name="time">The system's time when null.</param>
    /// <exception cref="BackendOpenException">The options are wrong or the file cannot be created.</exception>
    public LogBackend(IBackend inner, LogOptions options, ILogger? logger = null, TimeProvider? time = null)
        : base(inner)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFault.ThrowIfAny("Decorator log", options.Validate());
        _time = time ?? TimeProvider.System;
        DateTimeOffset openedAt = _time.GetUtcNow();
        _opened = _time.GetTimestamp();
        _logger = logger ?? NullLogger.Instance;
        _file = options.Path.Length == 0 ? null : OpenFile(options.Path, openedAt);
        _writer = new LogWriter(Write, () => _file?.Flush());
        _pool = new DecoratedIoPool<LoggedIo>(() => new LoggedIo(this));
    }

    /// <inheritdoc/>
    public override void Submit(BackendIo io)
    {
        ArgumentNullException.ThrowIfNull(io);
        LoggedIo logged = _pool.Rent();
        logged.Start(io, _time.GetTimestamp());
        Inner.Submit(logged);
    }

    /// <summary>Writes what is left and closes the file.</summary>
    protected override ValueTask DisposeOwnAsync()
    {
        _writer.Dispose();
        _file?.Dispose();
        if (_writer.Fault is Exception fault)
            LogWriteFailed(_logger, fault);
        return ValueTask.CompletedTask;
    }

    private static StreamWriter OpenFile(string path, DateTimeOffset openedAt)
    {
        try
        {
            StreamWriter file = new(path, append: false);
            file.WriteLine(LogEntry.HeaderOf(openedAt));
            return file;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BackendOpenException($"Decorator log: \"{path}\" cannot be written: {fault.Message}", fault);
        }
    }

    private void Write(LogEntry entry)
    {
        if (_file is not null)
            _file.WriteLine(entry.ToString());
        else
            LogOperation(_logger, entry);
    }

    private void Ended(LoggedIo io, long started, Errno error, long result)
    {
        long took = _time.ToMicroseconds(_time.GetTimestamp() - started);
        long start = _time.ToMicroseconds(started - _opened);
        _writer.Add(new LogEntry(start, io.Kind, io.Flags, io.Extent, io.MemberCount, error, result, took));
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Operation}")]
    private static partial void LogOperation(ILogger logger, LogEntry operation);

    [LoggerMessage(
        EventId = 2, Level = LogLevel.Error, Message = "The log of operations is incomplete: writing it failed.")]
    private static partial void LogWriteFailed(ILogger logger, Exception fault);

    /// <summary>One operation on its way, and when it set out.</summary>
    private sealed class LoggedIo(LogBackend owner) : DecoratedIo
    {
        private long _started;

        internal void Start(BackendIo outer, long started)
        {
            Carry(outer);
            _started = started;
        }

        public override void Complete(Errno error, long result) => End(error, result).Complete(error, result);

        public override bool AcceptsFileLoan => Outer.AcceptsFileLoan;

        public override void CompleteWithLoan(nint address, long length) =>
            End(Errno.None, length).CompleteWithLoan(address, length);

        public override void CompleteWithFileLoan(int descriptor, long offset) =>
            End(Errno.None, Extent.Length).CompleteWithFileLoan(descriptor, offset);

        private BackendIo End(Errno error, long result)
        {
            owner.Ended(this, _started, error, result);
            BackendIo outer = Release();
            owner._pool.Return(this);
            return outer;
        }
    }
}
