namespace IoMerge.Backends.Nbd;

/// <summary>
/// The thread of one link: it connects, receives, and connects again, until it is told to stop. Where sending may
/// wait it has a second one beside it, for as long as a connection lives.
/// </summary>
internal sealed class LinkThread(LinkSet set, Link link, Connector connector, NbdBackendOptions options)
    : IDisposable
{
    private const int LongestConnectMs = 10_000;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _stop = new(false);
    private readonly BackOff _backOff = new();
    private bool _hasBeenUp;

    /// <summary>Ends when the link has its first connection.</summary>
    internal Task Begun => _begun.Task;

    /// <summary>Ends when the thread has.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>Starts it.</summary>
    /// <param name="first">A connection that is there already; it takes it over.</param>
    internal void Start(ITransport? first)
    {
        Thread thread = new(() => Run(first)) { IsBackground = true, Name = $"iomerge nbd {link.Index}" };
        thread.Start();
    }

    /// <summary>Makes it end soon. Any thread.</summary>
    internal void Stop()
    {
        _stop.Set();
        connector.Cancel();
        link.Disconnect();
    }

    /// <summary>Only after <see cref="Ended"/>.</summary>
    public void Dispose()
    {
        _stop.Dispose();
        link.Dispose();
    }

    private void Run(ITransport? first)
    {
        set.ReceiveHere();
        ITransport? transport = first;
        ExportInfo info = set.Info;
        while (!_stop.IsSet)
        {
            transport ??= TryConnect(out info);
            if (transport is null)
            {
                _stop.Wait(_backOff.Next());
                continue;
            }
            Serve(transport, info);
            transport = null;
        }
        transport?.Dispose();
        _ended.SetResult();
    }

    private ITransport? TryConnect(out ExportInfo info)
    {
        info = set.Info;
        try
        {
            TimeSpan patience = TimeSpan.FromMilliseconds(Math.Min(options.RequestTimeoutMs, LongestConnectMs));
            ITransport transport = connector.Connect(patience, out info);
            string? conflict = info.FindConflict(set.Info, set.IsReadOnly);
            if (conflict is null && link.Index > 0 && !info.Has(ExportFlags.CanMultiConn))
                conflict = "it takes one connection only";
            if (conflict is null)
                return transport;
            transport.Dispose();
            set.ExportChanged(conflict);
        }
        catch (NbdProtocolException e)
        {
            set.ConnectFailed(e.Message);
        }
        return null;
    }

    private void Serve(ITransport transport, ExportInfo info)
    {
        link.Begin(transport);
        if (_stop.IsSet)
            link.Disconnect();
        Thread? sender = StartSender(transport);
        set.LinkIsUp(info, isFirst: !_hasBeenUp);
        _hasBeenUp = true;
        _begun.TrySetResult();
        string reason = link.Receive(transport, info);
        CommandChain orphans = default;
        Unflushed unflushed = link.End(ref orphans);
        link.WakeSender();
        sender?.Join();
        // A server that takes connections and then breaks each of them is not asked in a loop.
        if (link.HasAnswered)
            _backOff.Reset();
        set.LinkIsDown(link, orphans, unflushed, reason);
    }

    private Thread? StartSender(ITransport transport)
    {
        if (!transport.SendingBlocks)
            return null;
        Thread sender = new(() => link.SendUntilEnd(transport))
        {
            IsBackground = true,
            Name = $"iomerge nbd {link.Index} out",
        };
        sender.Start();
        return sender;
    }
}
