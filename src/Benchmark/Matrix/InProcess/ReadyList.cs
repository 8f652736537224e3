namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// Requests that are done, on their way from whatever thread completed them to the one driver that sends them again.
/// Any thread adds, one thread takes. Allocates nothing.
/// </summary>
internal sealed class ReadyList : IDisposable
{
    // About what a driver would otherwise spend falling asleep and being woken.
    private const int SpinsBeforeSleep = 50;

    private readonly ManualResetEventSlim _wake = new(initialState: false, spinCount: 0);
    private ClientRequest? _head;
    private int _isSleeping;

    /// <summary>Adds one.</summary>
    internal void Add(ClientRequest request)
    {
        ClientRequest? head = Volatile.Read(ref _head);
        while (true)
        {
            request.NextReady = head;
            ClientRequest? seen = Interlocked.CompareExchange(ref _head, request, head);
            if (seen == head)
                break;
            head = seen;
        }
        if (Volatile.Read(ref _isSleeping) == 1 && Interlocked.Exchange(ref _isSleeping, 0) == 1)
            _wake.Set();
    }

    /// <summary>Takes all there are, chained; sleeps until there is one.</summary>
    internal ClientRequest TakeAll()
    {
        while (true)
        {
            for (int i = 0; i < SpinsBeforeSleep; i++)
            {
                if (Volatile.Read(ref _head) is not null)
                    return Interlocked.Exchange(ref _head, null)!;
                Thread.SpinWait(10);
            }
            Interlocked.Exchange(ref _isSleeping, 1);
            if (Volatile.Read(ref _head) is null)
                _wake.Wait();
            // Who adds after this may wake once for nothing; it is asked again then.
            _wake.Reset();
            Interlocked.Exchange(ref _isSleeping, 0);
        }
    }

    public void Dispose() => _wake.Dispose();
}
