using System.Diagnostics;
using System.Runtime.InteropServices;
using IoMerge.Benchmark.Mounted;
using IoMerge.Benchmark.Optimum;
using IoMerge.Mount.Mounting;
using IoMerge.Mount.Volumes;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Hosting;

/// <summary>
/// Writes what the schedulers did to the file of <c>Mount:Summary</c>: once at the start, so that a bad place is known
/// before it matters, then at every SIGUSR1, and at the end. A reader never sees half a file. A write that fails
/// later is told in the log and never harms the mount.
/// </summary>
internal sealed class SummaryFile : IDisposable
{
    // The same number on every architecture that .NET runs on.
    private const PosixSignal UserSignal1 = (PosixSignal)10;

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly IReadOnlyList<Volume> _volumes;
    private readonly ILogger _logger;
    private readonly PosixSignalRegistration _registration;
    private long _sequence;
    private bool _isFinal;

    private SummaryFile(string path, IReadOnlyList<Volume> volumes, ILogger logger)
    {
        _path = path;
        _volumes = volumes;
        _logger = logger;
        Write(isFinal: false);
        _registration = PosixSignalRegistration.Create(UserSignal1, OnSignal);
    }

    /// <summary>Starts writing; null when no file is configured.</summary>
    /// <exception cref="MountException">The file cannot be written.</exception>
    public static SummaryFile? Start(string path, IReadOnlyList<Volume> volumes, ILogger logger)
    {
        try
        {
            return path.Length == 0 ? null : new SummaryFile(Path.GetFullPath(path), [.. volumes], logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MountException($"the summary {path} cannot be written: {e.Message} "
                + "Set Mount:Summary to a file in a directory that exists and that you may write to.");
        }
    }

    /// <summary>Writes for the last time.</summary>
    public void Finish() => TryWrite(isFinal: true);

    public void Dispose() => _registration.Dispose();

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        TryWrite(isFinal: false);
    }

    private void TryWrite(bool isFinal)
    {
        try
        {
            Write(isFinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            MountLog.SummaryNotWritten(_logger, _path, e.Message);
        }
    }

    private void Write(bool isFinal)
    {
        lock (_lock)
        {
            if (_isFinal)
                return;
            _isFinal = isFinal;
            using var self = Process.GetCurrentProcess();
            var summary = new MountSummary(++_sequence, isFinal,
                (DateTime.UtcNow - self.StartTime.ToUniversalTime()).TotalMilliseconds,
                self.TotalProcessorTime.TotalMilliseconds,
                _volumes.ToDictionary(volume => volume.Name, volume => volume.Scheduler.GetSnapshot()),
                _volumes.ToDictionary(volume => volume.Name, volume => OptimumLimits.Of(
                    volume.Scheduler.Options, volume.Scheduler.Backend.Geometry)),
                _volumes.ToDictionary(
                    volume => volume.Name, volume => CompositionRoot.StateOf(volume.Scheduler.Backend)));
            File.WriteAllBytes(_path + ".new", summary.ToJson());
            File.Move(_path + ".new", _path, overwrite: true);
        }
    }
}
