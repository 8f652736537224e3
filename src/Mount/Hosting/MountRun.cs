using IoMerge.Backends;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Fuse;
using IoMerge.Mount.Mounting;
using IoMerge.Mount.Volumes;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Hosting;

/// <summary>
/// One mount from beginning to end: check the mount point, open the stores, mount, serve; then unmount, drain, flush
/// and tell. Start and stop are called once each, one after the other.
/// </summary>
internal sealed class MountRun(
    IoMergeOptions options, IAnnouncer announcer, StopSignals signals, TimeProvider time, ILoggerFactory loggers)
    : IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger("IoMerge.Mount");
    private readonly Patience _patience = new(time, signals.Impatience);
    private readonly List<Volume> _volumes = [];
    private MountRecording? _recording;
    private MountedFileSystem? _mounted;
    private FuseSession? _session;
    private SummaryFile? _summary;
    private bool _wasReady;

    /// <summary>Completes when the session ended by itself, by an unmount from outside for instance.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>How it all went; good once it has stopped.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Mounts and serves.</summary>
    /// <exception cref="MountException">It could not be mounted.</exception>
    /// <exception cref="BackendOpenException">A store could not be opened.</exception>
    public async Task StartAsync()
    {
        try
        {
            string mountPoint = Mounter.Prepare(options.Mount);
            OpenVolumes(mountPoint);
            _recording = MountRecording.Start(options.Mount.Record, mountPoint, _volumes, time, _logger);
            // Before anybody can see the mount: whoever sees it may send SIGUSR1, which kills where nobody listens.
            _summary = SummaryFile.Start(options.Mount.Summary, _volumes, _logger);
            _mounted = Mounter.Mount(mountPoint, options.Mount);
            _session = new FuseSession(
                _mounted.Descriptor, _volumes, options.Fuse, loggers.CreateLogger("IoMerge.Mount.Fuse"),
                _recording?.Recorder, new VolumeTuner(_logger));
            _session.Start();
            Ended = _session.Completion;
            FuseNegotiation negotiated = await NegotiateAsync(_session, mountPoint).ConfigureAwait(false);
            _wasReady = true;
            announcer.Ready(Report(mountPoint, negotiated));
            MountLog.Serving(_logger, mountPoint);
        }
        catch
        {
            await StopAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops, if that was not done yet.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        // Last of all: the signal that asks for a summary kills where nobody listens any more.
        _summary?.Dispose();
    }

    /// <summary>
    /// Takes the mount away, lets the stores finish and flush, and writes the summary. Does nothing the second time.
    /// </summary>
    public async Task StopAsync()
    {
        if (_session is not null)
            await EndSessionAsync(_session).ConfigureAwait(false);
        // The readers have left, or hang: nothing more arrives. Beside the drain, so that neither waits for the other's
        // disk.
        Task<string> recorded = EndRecordingAsync();
        await Task.WhenAll(_volumes.Select(CloseAsync)).ConfigureAwait(false);
        _summary?.Finish();
        foreach (Volume volume in _wasReady ? _volumes : [])
        {
            Console.Out.Write(UnmountSummary.Write(volume.Name, volume.Scheduler.GetSnapshot(),
                volume.Scheduler.Options, CompositionRoot.FindStatistics(volume.Scheduler.Backend)));
        }
        Console.Out.Write(await recorded.ConfigureAwait(false));
        _volumes.Clear();
        _session = null;
    }

    private static async Task<FuseNegotiation> NegotiateAsync(FuseSession session, string mountPoint)
    {
        Task first = await Task.WhenAny(session.Ready, session.Completion).ConfigureAwait(false);
        if (first == session.Ready && session.Ready.IsCompletedSuccessfully)
            return await session.Ready.ConfigureAwait(false);
        SessionEnd end = await session.Completion.ConfigureAwait(false);
        throw new MountException($"{mountPoint}: the session ended before it began. {end.Message}");
    }

    private void OpenVolumes(string mountPoint)
    {
        IEnumerable<(string What, string Path)> paths = options.Volumes.SelectMany(CompositionRoot.PathsOf);
        if (options.Mount.Summary.Length > 0)
            paths = paths.Append(("the summary", options.Mount.Summary));
        foreach ((string what, string path) in paths)
        {
            if (StorePaths.Refuse(what, path, mountPoint) is { } refusal)
                throw new MountException(refusal);
        }
        foreach (VolumeConfiguration configuration in options.Volumes)
        {
            Volume volume = CompositionRoot.OpenVolume(configuration, time, loggers);
            volume.Scheduler.FaultOccurred += (what, exception) =>
                MountLog.SchedulerFault(_logger, exception, volume.Name, what);
            _volumes.Add(volume);
        }
    }

    private async Task EndSessionAsync(FuseSession session)
    {
        if (!session.Completion.IsCompleted && _mounted?.MountPoint is { } mountPoint)
            await UnmountAsync(session, mountPoint).ConfigureAwait(false);
        int drainTimeoutMs = _volumes.Max(volume => volume.Scheduler.Options.DrainTimeoutMs);
        SessionEnd? end = await new SessionCloser(_patience, _logger).CloseAsync(session, drainTimeoutMs)
            .ConfigureAwait(false);
        if (end?.Reason == SessionEndReason.Unmounted)
            return;
        if (end is null || !signals.WasSignalled)
        {
            ExitCode = Hosting.ExitCode.Failure;
            if (_wasReady && end is not null)
                MountLog.SessionFailed(_logger, end.Message);
        }
        RemoveDeadMounts();
    }

    /// <summary>
    /// What is left in the tree answers nothing any more, and a script must not take that for a success.
    /// </summary>
    private void RemoveDeadMounts()
    {
        while (_mounted?.Device is { } device && MountTable.FindDevice(device) is { } left)
        {
            bool isTopmost = MountTable.Find(left.MountPoint)?.Device == device;
            UnmountResult result = isTopmost
                ? Unmounter.Unmount(left.MountPoint, lazy: true)
                : new UnmountResult(false, false, "something else is mounted over it");
            if (result.IsDone || MountTable.FindDevice(device) is null)
                continue;
            MountLog.LeftBehind(_logger, left.MountPoint, result.Message);
            ExitCode = Hosting.ExitCode.Mount;
            return;
        }
    }

    private async Task<string> EndRecordingAsync()
    {
        if (_recording is not { } recording)
            return "";
        _recording = null;
        if (!_wasReady)
        {
            await recording.DiscardAsync().ConfigureAwait(false);
            return "";
        }
        Task<string> end = recording.EndAsync();
        return await _patience.CompletesAsync(end, MountRecording.EndTimeoutMs).ConfigureAwait(false)
            ? await end.ConfigureAwait(false) : recording.NotEnded;
    }

    private async Task UnmountAsync(FuseSession session, string mountPoint)
    {
        // The mount may have been moved; whatever is mounted over it is not ours to take away.
        string place = _mounted?.Device is { } device
            ? MountTable.FindDevice(device)?.MountPoint ?? mountPoint : mountPoint;
        UnmountResult result = Unmounter.Unmount(place, lazy: false);
        if (result.IsBusy)
        {
            string users = MountUsers.Describe(place);
            MountLog.Detached(_logger, place, users.Length == 0 ? "" : $" ({users})", options.Mount.BusyTimeoutMs);
            result = Unmounter.Unmount(place, lazy: true);
        }
        if (!result.IsDone)
        {
            MountLog.NotUnmounted(_logger, result.Message);
            return;
        }
        if (!await _patience.CompletesAsync(session.Completion, options.Mount.BusyTimeoutMs).ConfigureAwait(false))
            MountLog.TakenAway(_logger, place);
    }

    private async Task CloseAsync(Volume volume)
    {
        if (!await new VolumeCloser(_patience, _logger).CloseAsync(volume).ConfigureAwait(false))
            ExitCode = Hosting.ExitCode.Failure;
    }

    private string Report(string mountPoint, FuseNegotiation negotiated)
    {
        IEnumerable<VolumeReport> volumes = _volumes.Zip(options.Volumes, (volume, configuration) => new VolumeReport(
            volume.Name, CompositionRoot.Describe(configuration), volume.Scheduler.Backend.Size,
            Notes(volume.Scheduler.Backend, configuration), configuration.Scheduler));
        string stop = Mounter.IsHandedOver(mountPoint) ? "" : $"  to stop: Ctrl-C, or iomerge unmount {mountPoint}\n";
        return MountReport.Write(ProgramInfo.Version, mountPoint, $"pid {Environment.ProcessId}",
            [.. volumes], options.Fuse, negotiated) + stop;
    }

    private static string Notes(IBackend backend, VolumeConfiguration configuration)
    {
        BackendGeometry geometry = backend.Geometry;
        List<string> notes = [];
        if (CompositionRoot.DescribeEngine(backend) is { } engine)
            notes.Add(engine);
        if (configuration.Options.ReadOnly || geometry.IsReadOnly)
            notes.Add("read-only");
        if (geometry.CanResize)
            notes.Add("growable");
        if (!geometry.IsDurable)
            notes.Add("not durable: a flush persists nothing");
        return string.Join(", ", notes);
    }
}
