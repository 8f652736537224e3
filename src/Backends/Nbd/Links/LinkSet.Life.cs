namespace IoMerge.Backends.Nbd;

/// <content>Beginning and end.</content>
internal sealed partial class LinkSet
{
    private const int ShortestTickMs = 10;
    private const int LongestTickMs = 1000;

    private readonly List<LinkThread> _threads = [];
    private Timer? _timer;
    private volatile bool _isStopping;

    /// <summary>Starts the links; the first one has its connection.</summary>
    /// <param name="first">The connection.</param>
    /// <param name="connectors">Make the connections, one for each link.</param>
    internal void Start(ITransport first, Func<Connector> connectors)
    {
        foreach (Link link in _links)
        {
            LinkThread thread = new(this, link, connectors(), _options);
            _threads.Add(thread);
            thread.Start(link.Index == 0 ? first : null);
        }
        // Until the first link has taken over its connection, a clock that runs would take that for a lost one.
        _threads[0].Begun.GetAwaiter().GetResult();
        int shortest = Math.Min(_options.RequestTimeoutMs, Math.Max(1, _options.ReconnectTimeoutMs));
        int tick = Math.Clamp(shortest / 8, ShortestTickMs, LongestTickMs);
        _timer = new Timer(set => ((LinkSet)set!).Tick(), this, tick, tick);
    }

    /// <summary>Ends the links. Nothing is in flight; if something is, it ends with ESHUTDOWN.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        if (_timer is not null)
            await _timer.DisposeAsync().ConfigureAwait(false);
        foreach (LinkThread thread in _threads)
            thread.Stop();
        foreach (LinkThread thread in _threads)
        {
            await thread.Ended.ConfigureAwait(false);
            thread.Dispose();
        }
        Lose(Errno.ESHUTDOWN);
    }
}
