using System.Diagnostics;
using System.Runtime.InteropServices;
using HdrHistogram;
using IoMerge.Backends;
using IoMerge.Benchmark.Runs;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// A thread that plays some of a workload's clients, a closed loop: what was answered is sent again, in bursts, as the
/// read loop of a mount takes them from the kernel. Allocates nothing while it runs.
/// </summary>
internal sealed unsafe class ClientDriver : IDisposable
{
    // The plug of the mount's read loop: most requests, and the bytes from which on none is added.
    private const int PlugRequests = 64;
    private const long PlugBytes = 1 << 20;
    private const int BufferAlignment = 4096;

    private readonly IoScheduler _scheduler;
    private readonly MeasuredTime _time;
    private readonly ElevatorRecorder _recorder;
    private readonly ReadyList _ready = new();
    private readonly IoRequest[] _plug = new IoRequest[PlugRequests];
    private readonly LongHistogram _latency = ClientHistogram.Create(3);
    private readonly List<ClientStream> _streams = [];
    private readonly List<ClientRequest> _requests = [];
    private readonly void* _memory;
    private Exception? _fault;

    internal ClientDriver(IoScheduler scheduler, WorkloadSpec spec,
        IReadOnlyList<(string Name, IRequestWalk Walk)> clients, MeasuredTime time, ElevatorRecorder recorder)
    {
        _scheduler = scheduler;
        _time = time;
        _recorder = recorder;
        nuint stride = (nuint)(spec.BlockBytes + BufferAlignment - 1) / BufferAlignment * BufferAlignment;
        nuint size = stride * (nuint)(spec.Depth * clients.Count);
        _memory = NativeMemory.AlignedAlloc(size, BufferAlignment);
        // Touched now and not while the clock runs; no pattern that a store could fold together.
        var random = new Random(1);
        for (nuint at = 0; at < size; at += BufferAlignment)
            random.NextBytes(new Span<byte>((byte*)_memory + at, BufferAlignment));
        byte* buffer = (byte*)_memory;
        foreach ((string name, IRequestWalk walk) in clients)
        {
            var stream = new ClientStream(name, walk, _latency, ClientHistogram.Create(2));
            _streams.Add(stream);
            for (int i = 0; i < spec.Depth; i++, buffer += stride)
                _requests.Add(new ClientRequest(stream, _ready, (nint)buffer));
        }
    }

    /// <summary>The clients.</summary>
    internal IReadOnlyList<ClientStream> Streams => _streams;

    /// <summary>What they waited, in nanoseconds.</summary>
    internal LongHistogram Latency => _latency;

    /// <summary>What ended the driver before its time; null when nothing did.</summary>
    internal Exception? Fault => _fault;

    /// <summary>
    /// Runs until <see cref="MeasuredTime.IsOver"/> and everything is answered. On a thread of its own.
    /// </summary>
    internal void Run()
    {
        try
        {
            // All streams begin at once, the first requests of each first: so they would arrive.
            int depth = _requests.Count / _streams.Count;
            for (int i = 0; i < depth; i++)
            for (int stream = 0; stream < _streams.Count; stream++)
                _ready.Add(_requests[stream * depth + i]);
            Loop(_requests.Count);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Told by whoever waits for the thread; an exception that leaves a thread ends the process.
            _fault = exception;
        }
    }

    public void Dispose()
    {
        _ready.Dispose();
        _streams.ForEach(stream => stream.Walk.Dispose());
        NativeMemory.AlignedFree(_memory);
    }

    private void Loop(int idle)
    {
        int all = _requests.Count;
        bool isFirst = true;
        while (true)
        {
            ClientRequest? answered = _ready.TakeAll();
            int count = 0;
            long bytes = 0;
            while (answered is not null)
            {
                ClientRequest request = answered;
                answered = request.NextReady;
                if (!isFirst)
                {
                    idle++;
                    if (_time.Contains(request.AnsweredAt))
                        request.Stream.Book(request);
                }
                if (_time.IsOver)
                    continue;
                (IoKind kind, Extent extent) = request.Stream.Walk.Next();
                request.Fill(kind, extent);
                _scheduler.Anticipate(extent);
                _plug[count++] = request;
                bytes += extent.Length;
                idle--;
                if (count == PlugRequests || bytes >= PlugBytes)
                {
                    Release(count);
                    count = 0;
                    bytes = 0;
                }
            }
            Release(count);
            isFirst = false;
            if (_time.IsOver && idle == all)
                return;
        }
    }

    private void Release(int count)
    {
        if (count == 0)
            return;
        long now = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            var request = (ClientRequest)_plug[i];
            request.SentAt = now;
            request.Stream.Sent += request.Kind.IsTransfer() ? 1 : 0;
            _recorder.Arrived(now, request.Kind, request.Extent);
        }
        _scheduler.Submit(_plug.AsSpan(0, count));
    }
}

/// <summary>The histograms of clients, all over the same range: up to ten minutes, in nanoseconds.</summary>
internal static class ClientHistogram
{
    internal static LongHistogram Create(int digits) => new((long)TimeSpan.FromMinutes(10).TotalNanoseconds, digits);
}
