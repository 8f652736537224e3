using IoMerge.Rings;
using static IoMerge.Rings.IoUringConstants;

namespace IoMerge.Backends.Local;

/// <summary>
/// Drives one ring: gives it what was posted and works off what comes back. What a completion means is
/// <see cref="RingVerdict"/>'s to say, and who waits for completions is decided elsewhere.
/// </summary>
/// <remarks>
/// For any thread. Each of the two queues has one owner at a time: who finds the submission queue owned leaves what he
/// posted to the owner, who looks again before he goes; who finds the completion queue owned goes away, too. Nobody
/// waits. The two sides meet in <see cref="RingInbox"/> alone.
/// </remarks>
internal sealed unsafe class RingDriver : IDisposable
{
    private const ulong CancelTicket = uint.MaxValue;
    private const int TriesBeforeGivingUp = 64;

    private readonly IRingKernel _kernel;
    private readonly Ring _ring;
    private readonly IRingHost _host;
    private readonly RingInbox _inbox;
    private readonly int _signal;
    private readonly int _store;
    private readonly bool _isRegistered;
    private volatile RegisteredMemory? _memory;
    private RingChain _ready;
    private int _failures;
    private int _submits;
    private int _worksOff;
    private bool _isBroken;

    /// <param name="kernel">The system.</param>
    /// <param name="ring">The ring; owned from here on.</param>
    /// <param name="store">Descriptor of the store.</param>
    /// <param name="signal">What ends a wait; owned from here on.</param>
    /// <param name="host">The engine.</param>
    internal RingDriver(IRingKernel kernel, Ring ring, int store, int signal, IRingHost host)
    {
        _kernel = kernel;
        _ring = ring;
        _host = host;
        _signal = signal;
        // Room for each operation and its cancellation: completions do not overflow.
        _inbox = new RingInbox((int)Math.Max(1, ring.Completions / 2));
        // A registered file spares the kernel the look into the table of descriptors; where there is no memory for it,
        // the descriptor does as well.
        _isRegistered = ring.Register(IORING_REGISTER_FILES, &store, 1).IsSuccess;
        _store = _isRegistered ? 0 : store;
    }

    /// <summary>For poll(2): readable when there is something to work off.</summary>
    internal int Descriptor => _ring.Descriptor;

    /// <summary>True when there is something to work off.</summary>
    internal bool HasCompletions => _ring.HasCompletions;

    /// <summary>True once the kernel failed so that there is no hope; what is posted from then on is refused.</summary>
    internal bool IsBroken => Volatile.Read(ref _isBroken);

    /// <summary>True when nothing is posted and nothing is at the kernel.</summary>
    internal bool IsIdle => _inbox.IsUnused;

    /// <summary>
    /// Lets the kernel keep hold of the pages of this memory, so that it need not look for them with each transfer.
    /// Where it refuses (the limit of locked memory: ulimit -l) everything goes on as without. Once, and any thread.
    /// </summary>
    internal void RegisterMemory(nint address, nint length)
    {
        IoSegment memory = new(address, length);
        if (_memory is null && _ring.Register(IORING_REGISTER_BUFFERS, &memory, 1).IsSuccess)
            _memory = new RegisteredMemory(address, length);
    }

    /// <summary>Leaves an operation to be submitted by the next <see cref="Submit"/>.</summary>
    internal void Post(BackendIo io, in OneCall call) => _inbox.Post(io, call);

    /// <summary>Gives the kernel everything that was posted, or leaves that to the thread that does it now.</summary>
    internal void Submit()
    {
        while (!_inbox.IsEmpty && Interlocked.CompareExchange(ref _submits, 1, 0) == 0)
        {
            SubmitOwned();
            // A full fence: either this thread sees what is posted, or its poster sees the queue free.
            Interlocked.Exchange(ref _submits, 0);
        }
    }

    /// <summary>Works off what has come back, unless another thread does it now. Does not wait.</summary>
    internal void WorkOff()
    {
        while (_ring.HasCompletions && Interlocked.CompareExchange(ref _worksOff, 1, 0) == 0)
        {
            // What is there now and no more: what was posted meanwhile wants to be submitted, too.
            for (uint left = _ring.Completions; left > 0 && _ring.TryTake(out IoUringCqe completion); left--)
            {
                if (completion.user_data != CancelTicket)
                    Settle(completion);
            }
            _ring.TakeInOverflow();
            Interlocked.Exchange(ref _worksOff, 0);
        }
    }

    /// <summary>Asks the kernel to give an operation up, if it is still there.</summary>
    internal void Cancel(BackendIo io)
    {
        _inbox.PostCancel(io);
        Submit();
    }

    /// <summary>Sleeps until <see cref="Interrupt"/>, or until something comes back. For one thread.</summary>
    /// <param name="forCompletions">False to sleep through what comes back.</param>
    internal void Await(bool forCompletions) => _kernel.Await(forCompletions ? _ring.Descriptor : -1, _signal);

    /// <summary>Ends that sleep.</summary>
    internal void Interrupt() => _kernel.Signal(_signal);

    /// <summary>
    /// Lets go of the store. The kernel takes a closed ring apart in its own time, and until then a registered file
    /// would stay open, with its lock. Nothing may be in flight.
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

    private void SubmitOwned()
    {
        do
        {
            for (RingOperation? posted = _inbox.TakeAll(); posted is not null;)
            {
                RingOperation? next = posted.Next;
                _ready.Append(posted);
                posted = next;
            }
            AddReady();
            AddCancels();
            if (_ring.Unsubmitted == 0)
                continue;
            if (_ring.Enter(0, out Errno error))
                _failures = 0;
            else
                EnterFailed(error);
        }
        while (_ready.Head is not null || _ring.Unsubmitted > 0);
    }

    private void AddReady()
    {
        while (_ready.Head is { } operation && _ring.HasRoom)
        {
            _ready.Take();
            if (operation.IsCancelled)
                End(operation, new TransferResult(Errno.ETIMEDOUT, operation.Done));
            else if (_isBroken)
                Refuse(operation, Errno.EIO);
            else
                operation.Fill(_ring.Add(), _store, _isRegistered, _memory);
        }
    }

    private void AddCancels()
    {
        while (_ring.HasRoom && _inbox.TryTakeCancel(out ulong? ticket))
        {
            if (ticket is null || _isBroken)
                continue;
            IoUringSqe* entry = _ring.Add();
            entry->opcode = IORING_OP_ASYNC_CANCEL;
            entry->fd = -1;
            entry->addr = ticket.Value;
            entry->user_data = CancelTicket;
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
            if (_inbox.Find(ticket) is { } operation)
                Refuse(operation, error);
        }
    }

    private void Settle(in IoUringCqe completion)
    {
        if (_inbox.Find(completion.user_data) is not { } operation)
        {
            _host.Warn("io_uring completed something that was not asked of it, or twice. It is ignored.");
            return;
        }
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
                _inbox.PostAgain(operation);
                break;
            case RingVerdict.Kind.Refused:
                Refuse(operation, new Errno(Math.Max(-completion.res, 0)));
                break;
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
