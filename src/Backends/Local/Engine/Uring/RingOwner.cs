using IoMerge.Rings;
using static IoMerge.Rings.IoUringConstants;

namespace IoMerge.Backends.Local;

/// <summary>
/// Drives one ring: gives it what was posted and works off what comes back, in cycles of one system call. What a
/// completion means is <see cref="RingVerdict"/>'s to say.
/// </summary>
/// <remarks>
/// <see cref="Post"/>, <see cref="Cancel"/> and <see cref="Wake"/> are for any thread. Everything else belongs to one
/// thread, the owner, which is the one that calls <see cref="TryEnable"/>. Whether it has a loop of its own
/// (<see cref="RingThread"/>) or waits for other things too is its own business: <see cref="Descriptor"/> is readable
/// for poll(2) when <see cref="Cycle"/> has something to do.
/// </remarks>
internal sealed unsafe class RingOwner : IDisposable
{
    private const ulong SignalTicket = uint.MaxValue;
    private const ulong CancelTicket = uint.MaxValue - 1;
    private const int TriesBeforeGivingUp = 64;
    private const uint PollIn = 1;
    private const int BrokenLookMs = 10;

    private readonly IRingKernel _kernel;
    private readonly Ring _ring;
    private readonly IRingHost _host;
    private readonly RingInbox _inbox;
    private readonly int _signal;
    private readonly int _store;
    private readonly bool _isRegistered;
    private RingChain _ready;
    private int _inFlight;
    private int _failures;
    private bool _listens;
    private bool _isBroken;

    /// <param name="kernel">The system.</param>
    /// <param name="ring">The ring, disabled; owned from here on.</param>
    /// <param name="store">Descriptor of the store.</param>
    /// <param name="signal">What wakes the owner; owned from here on.</param>
    /// <param name="host">The engine.</param>
    internal RingOwner(IRingKernel kernel, Ring ring, int store, int signal, IRingHost host)
    {
        _kernel = kernel;
        _ring = ring;
        _host = host;
        _signal = signal;
        // Room for each operation, its cancellation and the signal: completions cannot overflow.
        _inbox = new RingInbox((int)Math.Max(1, (ring.Completions / 2) - 1));
        // A registered file spares the kernel the look into the table of descriptors; where there is no memory for it,
        // the descriptor does as well.
        _isRegistered = ring.Register(IORING_REGISTER_FILES, &store, 1).IsSuccess;
        _store = _isRegistered ? 0 : store;
    }

    /// <summary>For poll(2): readable when there is something to work off.</summary>
    internal int Descriptor => _ring.Descriptor;

    /// <summary>True once the kernel failed so that there is no hope; what is posted from then on is refused.</summary>
    internal bool IsBroken => Volatile.Read(ref _isBroken);

    /// <summary>True when nothing is posted and nothing is at the kernel.</summary>
    internal bool IsIdle => _inFlight == 0 && _ready.Head is null && _inbox.IsEmpty;

    /// <summary>Makes the calling thread the owner.</summary>
    internal Errno TryEnable() => _ring.Register(IORING_REGISTER_ENABLE_RINGS, null, 0);

    /// <summary>
    /// Leaves an operation for the owner, which sees it at the latest after <see cref="Wake"/>. Any thread.
    /// </summary>
    internal void Post(BackendIo io, in OneCall call) => _inbox.Post(io, call);

    /// <summary>Makes sure that the owner sees what was posted. Costs little while it is awake. Any thread.</summary>
    internal void Wake()
    {
        if (_inbox.TryClaimWakeUp())
            _kernel.Signal(_signal);
    }

    /// <summary>Ends the owner's sleep, whatever the reason. Any thread.</summary>
    internal void Interrupt() => _kernel.Signal(_signal);

    /// <summary>Asks the kernel to give an operation up, if it is still there. Any thread.</summary>
    internal void Cancel(BackendIo io)
    {
        _inbox.PostCancel(io);
        Wake();
    }

    /// <summary>
    /// Submits everything that was posted and works off everything that has come back, with one system call.
    /// </summary>
    /// <param name="mayWait">Whether to wait when there is nothing to do.</param>
    internal void Cycle(bool mayWait)
    {
        for (RingOperation? posted = _inbox.TakeAll(); posted is not null;)
        {
            RingOperation? next = posted.Next;
            _ready.Append(posted);
            posted = next;
        }
        AddReady();
        AddCancels();
        if (!_listens && _ring.HasRoom)
            Listen();
        bool waits = mayWait && _ready.Head is null && _inbox.TryFallAsleep();
        if (_isBroken && waits)
        {
            // The ring cannot wake it. What is at the kernel may still come back: only that is worth looking for.
            _kernel.AwaitSignal(_signal, _inFlight == 0 ? Timeout.Infinite : BrokenLookMs);
            waits = false;
        }
        bool entered = _ring.Enter(waits ? 1u : 0u, out Errno error);
        _inbox.StayAwake();
        if (entered)
            _failures = 0;
        else
            EnterFailed(error);
        WorkOff();
    }

    /// <summary>
    /// The owner's last act: lets go of the store. The kernel takes a closed ring apart in its own time, and until then
    /// a registered file would stay open, with its lock.
    /// </summary>
    internal void Retire()
    {
        if (_isRegistered)
            _ = _ring.Register(IORING_UNREGISTER_FILES, null, 0);
    }

    /// <summary>Gives the ring back to the kernel. Nothing may be in flight.</summary>
    public void Dispose()
    {
        _ring.Dispose();
        _kernel.Close(_signal);
    }

    private void AddReady()
    {
        while (_ready.Head is { } operation && _ring.HasRoom)
        {
            _ready.Take();
            if (operation.IsCancelled)
            {
                End(operation, new TransferResult(Errno.ETIMEDOUT, operation.Done));
                continue;
            }
            if (_isBroken)
            {
                Refuse(operation, Errno.EIO);
                continue;
            }
            operation.Fill(_ring.Add(), _store, _isRegistered);
            _inFlight++;
        }
    }

    private void AddCancels()
    {
        while (_ring.HasRoom && _inbox.TryTakeCancel(out RingOperation? operation))
        {
            if (operation is null)
                continue;
            operation.IsCancelled = true;
            IoUringSqe* entry = _ring.Add();
            entry->opcode = IORING_OP_ASYNC_CANCEL;
            entry->fd = -1;
            entry->addr = operation.Ticket;
            entry->user_data = CancelTicket;
        }
    }

    /// <summary>Lets the signal end the wait for completions: as one of them.</summary>
    private void Listen()
    {
        IoUringSqe* entry = _ring.Add();
        entry->opcode = IORING_OP_POLL_ADD;
        entry->fd = _signal;
        entry->op_flags = PollIn;
        entry->len = IORING_POLL_ADD_MULTI;
        entry->user_data = SignalTicket;
        _listens = true;
    }

    private void WorkOff()
    {
        // What is there now and no more: what was posted meanwhile wants to be submitted, too.
        for (uint left = _ring.Completions; left > 0 && _ring.TryTake(out IoUringCqe completion); left--)
        {
            switch (completion.user_data)
            {
                case SignalTicket:
                    _listens = (completion.flags & IORING_CQE_F_MORE) != 0;
                    break;
                case CancelTicket:
                    break;
                default:
                    Settle(completion);
                    break;
            }
        }
    }

    private void Settle(in IoUringCqe completion)
    {
        if (_inbox.Find(completion.user_data) is not { } operation)
        {
            _host.Warn("io_uring completed something that was not asked of it, or twice. It is ignored.");
            return;
        }
        _inFlight--;
        switch (RingVerdict.Judge(operation, completion.res, _host))
        {
            case RingVerdict.Kind.Ended:
                End(operation, new TransferResult(Errno.None, operation.Done));
                break;
            case RingVerdict.Kind.Failed:
                Errno error = operation.IsCancelled ? Errno.ETIMEDOUT : new Errno(Math.Max(-completion.res, 0));
                End(operation, new TransferResult(error.IsError ? error : Errno.EIO, operation.Done));
                break;
            case RingVerdict.Kind.GoesOn:
                _ready.Append(operation);
                break;
            case RingVerdict.Kind.Refused:
                Refuse(operation, new Errno(Math.Max(-completion.res, 0)));
                break;
        }
    }

    private void EnterFailed(Errno error)
    {
        if (error == Errno.EINTR)
            return;
        bool mayPass = error == Errno.EAGAIN || error == Errno.EBUSY || error == Errno.ENOMEM;
        if (mayPass && ++_failures < TriesBeforeGivingUp)
        {
            Thread.Yield();
            return;
        }
        if (!mayPass && !_isBroken)
        {
            Volatile.Write(ref _isBroken, true);
            _host.Warn($"io_uring failed with {error}. Calls that block do its work from here on.");
        }
        _failures = 0;
        while (_ring.TryWithdraw(out ulong ticket))
        {
            _listens &= ticket != SignalTicket;
            if (_inbox.Find(ticket) is not { } operation)
                continue;
            _inFlight--;
            Refuse(operation, error);
        }
    }

    private void End(RingOperation operation, TransferResult result)
    {
        BackendIo io = operation.End();
        GiveBack(operation);
        _host.Ended(io, result);
    }

    private void Refuse(RingOperation operation, Errno error)
    {
        OneCall call = operation.Call;
        BackendIo io = operation.End();
        GiveBack(operation);
        _host.Refused(io, call, error);
    }

    private void GiveBack(RingOperation operation)
    {
        _inbox.Return(operation);
        while (_inbox.TryTakeWaiting(out BackendIo? waiting))
            _host.Resubmit(waiting);
    }
}
