using System.Diagnostics;
using IoMerge.Mount.Fuse.Dispatch;
using IoMerge.Mount.Fuse.Memory;
using IoMerge.Mount.Fuse.Reading;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Fuse.Transport;
using IoMerge.Mount.Volumes;
using IoMerge.Traces;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Fuse;

/// <summary>
/// Serves volumes over one open channel to the kernel's FUSE. It neither mounts nor unmounts, and never touches its own
/// mount. The schedulers stay the caller's; the order of shutting down is: unmount, await <see cref="Completion"/>,
/// dispose of the schedulers (which drains them), dispose of the session.
/// </summary>
/// <remarks>
/// The threads are its own and in the background. Requests that are outstanding when the session is disposed of keep
/// the descriptors open until they complete; whoever waits for them is told by the kernel when the last one is closed.
/// </remarks>
public sealed class FuseSession : IAsyncDisposable
{
    private const int SmallestSlab = 4 << 20;

    private readonly ILogger _logger;
    private readonly Handshake _handshake;
    private readonly ReaderShared _shared;
    private readonly List<FuseChannel> _channels;
    private readonly FuseReader[] _readers;
    private readonly TaskCompletionSource<SessionEnd> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private int _started;

    /// <summary>Prepares a session. Nothing is received before <see cref="Start"/>.</summary>
    /// <param name="fuseFd">
    /// An open channel, which the session owns from then on: <c>/dev/fuse</c> after mount(2), what fusermount3 sent, or
    /// one end of a SOCK_SEQPACKET socket pair.
    /// </param>
    /// <param name="volumes">What the root directory shows, one at least, with different names.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="logger">Where faults go.</param>
    /// <param name="recorder">
    /// Records what arrives for the volumes, which it numbers in the same order; null for nobody. It stays the caller's
    /// to stop, after <see cref="Completion"/>.
    /// </param>
    /// <param name="tuner">Changes settings of volumes while they are served; null when nobody may.</param>
    /// <exception cref="ArgumentException">There is no volume, or two have the same name.</exception>
    /// <exception cref="IOException">The descriptor is not open.</exception>
    public FuseSession(int fuseFd, IReadOnlyList<Volume> volumes, FuseOptions options, ILogger logger,
        TraceRecorder? recorder = null, IVolumeTuner? tuner = null)
    {
        var table = new VolumeTable(volumes);
        _logger = logger;
        _channels = OpenChannels(fuseFd, options.EffectiveReaders);
        _handshake = new Handshake(
            new InitNegotiator(options, volumes.All(volume => volume.CanResize), KernelLimits.ReadMaxPages(),
                Environment.SystemPageSize),
            options.EffectiveReaders, _channels.Count);
        int room = (int)options.MaxWrite.Bytes + Environment.SystemPageSize;
        var completions = new StoreCompletions(table);
        var wakeUp = new WakeUp(completions.Descriptors);
        _shared = new ReaderShared
        {
            Readers = options.EffectiveReaders,
            PayloadRoom = room,
            PollTicks = Environment.ProcessorCount > 1 ? options.PollUs * Stopwatch.Frequency / 1_000_000 : 0,
            BatchesReplies = options.BatchReplies,
            SplicesReads = options.SpliceReads,
            Volumes = table,
            Dispatcher = new FuseDispatcher(table, options, _handshake, tuner, logger),
            Payloads = CreatePool(volumes, room, options.EffectiveReaders),
            Outstanding = new OutstandingRequests(ReleaseResources),
            Congestion = new Congestion(table, wakeUp),
            Completions = completions,
            WakeUp = wakeUp,
            Recorder = recorder,
        };
        foreach (Volume volume in volumes)
            volume.Scheduler.OutcomesTold = static () => ReplyBatch.Current?.HandIn();
        _readers = new FuseReader[options.EffectiveReaders];
        for (int index = 0; index < _readers.Length; index++)
            _readers[index] = new FuseReader(_shared, _channels[index % _channels.Count], leads: index == 0);
    }

    /// <summary>
    /// Completes when the kernel has greeted the session: what was agreed on. Faults with
    /// <see cref="InvalidOperationException"/> when the session ends before.
    /// </summary>
    public Task<FuseNegotiation> Ready => _handshake.Ready;

    /// <summary>Completes when all readers have left, with the reason. Never faults.</summary>
    public Task<SessionEnd> Completion => _completion.Task;

    /// <summary>Requests that were taken from the kernel and given to a scheduler, and are not answered yet.</summary>
    public int Outstanding => _shared.Outstanding.Count;

    /// <summary>Starts the readers. Once.</summary>
    /// <exception cref="InvalidOperationException">It was started or disposed of before.</exception>
    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
            throw new InvalidOperationException("A session starts once.");
        _shared.Completions.Adopt();
        _running = _readers.Length;
        for (int index = 0; index < _readers.Length; index++)
        {
            int number = index;
            new Thread(() => Run(number)) { IsBackground = true, Name = $"fuse-reader-{number}" }.Start();
        }
    }

    /// <summary>
    /// Stops taking requests and, when none is outstanding, closes the channel. On a file system that is still mounted
    /// that aborts the connection. Further calls return the same way.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _shared.End(new SessionEnd(SessionEndReason.Aborted, "The session was closed while it was mounted."));
        if (Interlocked.Exchange(ref _started, 1) == 0)
            Finish();
        await Completion.ConfigureAwait(false);
        _shared.Outstanding.Close();
    }

    private static List<FuseChannel> OpenChannels(int fd, int readers)
    {
        var channels = new List<FuseChannel> { FuseChannel.Own(fd) };
        while (channels.Count < readers && channels[0].TryClone() is { } clone)
            channels.Add(clone);
        return channels;
    }

    // Three quarters of what the schedulers admit lies in slabs, the rest of the bound is left for payloads that have
    // to
    // be copied because requests that take long hold the slabs.
    private static PayloadPool CreatePool(IReadOnlyList<Volume> volumes, int room, int readers)
    {
        int slabBytes = Math.Max(SmallestSlab, 2 * room);
        long admitted = volumes.Sum(volume => volume.Scheduler.Options.QueueMaxBytes.Bytes);
        long slabs = Math.Clamp(admitted / 4 * 3 / slabBytes, readers + 1, int.MaxValue);
        return new PayloadPool(slabBytes, (int)slabs);
    }

    private void Run(int number)
    {
        try
        {
            _readers[number].Run();
        }
        catch (Exception fault)
        {
            FuseLog.ReaderFailed(_logger, fault, number);
            _shared.End(new SessionEnd(SessionEndReason.Aborted, $"A reader failed: {fault.Message}"));
        }
        if (Interlocked.Decrement(ref _running) == 0)
            Finish();
    }

    private void Finish()
    {
        foreach (FuseReader reader in _readers)
            reader.Dispose();
        _shared.Congestion.Dispose();
        _shared.Completions.Dispose();
        SessionEnd end = _shared.Ending!;
        FuseLog.Ended(_logger, end.Message);
        _handshake.Abandon(end);
        _completion.TrySetResult(end);
    }

    private void ReleaseResources()
    {
        foreach (FuseChannel channel in _channels)
            channel.Dispose();
        _shared.Payloads.Dispose();
        _shared.WakeUp.Dispose();
    }
}
