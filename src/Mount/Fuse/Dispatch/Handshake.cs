using IoMerge.Backends;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Fuse.Transport;

namespace IoMerge.Mount.Fuse.Dispatch;

/// <summary>Answers FUSE_INIT, and knows whether that has happened.</summary>
/// <param name="negotiator">Who decides.</param>
/// <param name="readers">Readers of the session, for the report.</param>
/// <param name="channels">Channels of the session, for the report.</param>
internal sealed class Handshake(InitNegotiator negotiator, int readers, int channels)
{
    private const int OldestInitBytes = 16;

    private static readonly FuseInitFlags[] AllFlags = Enum.GetValues<FuseInitFlags>();

    private readonly TaskCompletionSource<FuseNegotiation> _ready =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was agreed on, once it was.</summary>
    public Task<FuseNegotiation> Ready => _ready.Task;

    /// <summary>True when requests other than FUSE_INIT may be served.</summary>
    public bool IsDone => _ready.Task.IsCompletedSuccessfully;

    /// <summary>Answers FUSE_INIT.</summary>
    /// <returns>Null, or a sentence on why there can be no session.</returns>
    public string? Answer(in FuseRequest request)
    {
        var body = new FuseRequestReader(request.Body);
        if (IsDone || !body.TryReadGrown(out fuse_init_in kernel, OldestInitBytes))
        {
            request.Reply(Errno.EINVAL);
            return null;
        }
        InitOutcome outcome = negotiator.Negotiate(kernel);
        if (outcome.Verdict == InitVerdict.Refused)
        {
            request.Reply(new Errno(EPROTO));
            return $"the kernel speaks FUSE {kernel.major}.{kernel.minor}; "
                + $"{FuseConstants.FUSE_KERNEL_VERSION}.{FuseConstants.OldestMinorVersion} or newer is needed";
        }
        // Before the reply: what it lets through may be received by another reader at once.
        if (outcome.Verdict == InitVerdict.Agreed)
            _ready.TrySetResult(Describe(kernel, outcome));
        _ = FuseReplyWriter.Write(request.Channel, request.Header.unique, outcome.Reply, outcome.ReplyBytes);
        return null;
    }

    /// <summary>The session is over; whoever still waits for the handshake is told so.</summary>
    public void Abandon(SessionEnd end) => _ready.TrySetException(
        new InvalidOperationException($"The FUSE session ended before the kernel had greeted it. {end.Message}"));

    private const int EPROTO = 71;

    private FuseNegotiation Describe(in fuse_init_in kernel, in InitOutcome outcome)
    {
        FuseInitFlags flags = outcome.Flags;
        string names = string.Join(' ', AllFlags
            .Where(flag => flag != FuseInitFlags.None && flags.HasFlag(flag))
            .Select(flag => flag.ToString()["FUSE_".Length..]));
        return new FuseNegotiation(
            (int)FuseConstants.FUSE_KERNEL_VERSION, (int)outcome.Minor, outcome.MaxRequestBytes,
            outcome.MaxRequestBytes, outcome.Reply.max_background, kernel.max_readahead, names, readers, channels);
    }
}
