using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IoMerge.Mount.Fuse.Memory;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Fuse.Transport;
using IoMerge.Rings;

namespace IoMerge.Mount.Fuse.Reading;

/// <summary>
/// One thread that takes requests from the kernel: gathers into the plug what is there, releases the plug, and waits
/// when it leads and there is nothing. The read loop is the plug: what arrived together goes to the scheduler together,
/// and an idle system waits for nothing.
/// </summary>
internal sealed unsafe class FuseReader : IDisposable
{
    private const int HeadBytes = FuseConstants.FUSE_MIN_READ_BUFFER;

    /// <summary>Messages taken before the plug is released, whatever they are.</summary>
    private const int MaxMessages = 256;

    private enum Gathered
    {
        Drained,
        More,
        NoReserve,
        Ended,
    }

    // Settings
    private readonly ReaderShared _shared;
    private readonly FuseChannel _channel;
    private readonly int _payloadRoom;
    private readonly bool _isOnlyReader;

    // Run-time state, of this thread only
    private readonly SemaphoreSlim _seat = new(0);
    private readonly HaltPoll _haltPoll;
    private readonly Plug _plug;
    private readonly PayloadLanding _landing;
    private readonly Intake _intake;
    private readonly byte* _head;
    private bool _leads;
    private bool _connectionEnded;

    /// <summary>A reader, not running yet.</summary>
    /// <param name="shared">What it has in common with its siblings.</param>
    /// <param name="channel">Where it takes requests from.</param>
    /// <param name="leads">True for the first one.</param>
    public FuseReader(ReaderShared shared, FuseChannel channel, bool leads)
    {
        _shared = shared;
        _channel = channel;
        _leads = leads;
        _isOnlyReader = shared.Readers == 1;
        _payloadRoom = shared.PayloadRoom;
        _haltPoll = new HaltPoll(shared.PollTicks);
        _plug = new Plug(shared.Volumes);
        _landing = new PayloadLanding(shared.Payloads, _payloadRoom);
        IRingKernel? rings = shared.BatchesReplies ? LinuxRingKernel.Instance : null;
        _intake = new Intake(
            _plug, _landing, new FuseRequestPool(shared.Outstanding, rings), shared.Recorder?.AddLane());
        _head = (byte*)NativeMemory.AlignedAlloc(HeadBytes, 64);
    }

    /// <summary>Takes requests until the session ends. The body of the thread.</summary>
    public void Run()
    {
        using ReplyBatch? replies = _shared.BatchesReplies ? ReplyBatch.TryOpen(LinuxRingKernel.Instance) : null;
        using FileReplies? files = _shared.SplicesReads ? FileReplies.Open(_payloadRoom) : null;
        bool mayGoOn = true;
        while (mayGoOn && (_leads || Park()))
        {
            if (_leads)
                _shared.Completions.WorkOff();
            Gathered gathered = Gather(out int taken);
            if (taken == 0 && gathered == Gathered.Drained && _leads)
                gathered = AwaitBurst();
            Release();
            if (gathered == Gathered.NoReserve)
                _connectionEnded = _shared.Congestion.WaitForReserve(_channel);
            mayGoOn = gathered != Gathered.Ended && !_shared.IsStopping;
            // A reader that leads no longer goes on while there is more, unless the schedulers have enough.
            while (mayGoOn && !_leads && gathered == Gathered.More && !_shared.Congestion.IsCongested)
            {
                gathered = Gather(out _);
                Release();
                mayGoOn = gathered != Gathered.Ended && !_shared.IsStopping;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _landing.Dispose();
        _seat.Dispose();
        NativeMemory.AlignedFree(_head);
    }

    private bool Park() => _leads = _shared.Turns.Park(_seat);

    /// <summary>
    /// Takes what is there, without waiting, until nothing is left or the plug is full; nothing while the reserve is
    /// used up. The plug is empty at the beginning, so what is taken beyond the reserve is a plug at most.
    /// </summary>
    private Gathered Gather(out int taken)
    {
        taken = 0;
        // A connection that has ended brings nothing more but its end, which must be seen.
        if (_shared.Congestion.IsReserveExhausted && !_connectionEnded)
            return Gathered.NoReserve;
        for (; !_plug.IsFull && taken < MaxMessages; taken++)
        {
            nint landing = _landing.Prepare();
            if (landing == 0)
                return End(SessionEndReason.Aborted, "There is no memory to receive a request into.");
            ReceiveResult received = Receive(landing, out byte* head);
            if (received.Status == ReceiveStatus.WouldBlock)
                return Gathered.Drained;
            if (received.Status != ReceiveStatus.Received)
                return End(received);
            string? fault = Handle(head, received.Length, landing);
            if (fault is not null)
                return End(SessionEndReason.ProtocolError, $"The other side broke the protocol: {fault}.");
            if (_leads && !_isOnlyReader && _plug.IsHeavy && !_shared.Congestion.IsCongested)
                _leads = !_shared.Turns.TryHandOver();
        }
        return Gathered.More;
    }

    private void Release()
    {
        _landing.Publish();
        _plug.Release();
    }

    /// <summary>
    /// Takes one message, its payload to the landing. The head comes directly before it where that place is free, or
    /// can be borrowed: a plain read costs less than one into two pieces.
    /// </summary>
    private ReceiveResult Receive(nint landing, out byte* head)
    {
        if (_landing.HasLead)
        {
            head = (byte*)landing - FuseConstants.WriteHeaderBytes;
            return _channel.Receive((nint)head, FuseConstants.WriteHeaderBytes + _payloadRoom);
        }
        head = _head;
        return _landing.CanBorrowLead
            ? ReceiveOverLead(landing)
            : _channel.Receive((nint)head, landing, _payloadRoom);
    }

    /// <summary>Lets the head overwrite the end of the payload before, moves it to its buffer, and restores.</summary>
    private ReceiveResult ReceiveOverLead(nint landing)
    {
        const int Bytes = FuseConstants.WriteHeaderBytes;
        byte* lead = (byte*)landing - Bytes;
        byte* saved = stackalloc byte[Bytes];
        Unsafe.CopyBlockUnaligned(saved, lead, Bytes);
        ReceiveResult received = _channel.Receive((nint)lead, Bytes + _payloadRoom);
        Unsafe.CopyBlockUnaligned(_head, lead, Bytes);
        Unsafe.CopyBlockUnaligned(lead, saved, Bytes);
        return received;
    }

    private string? Handle(byte* head, int length, nint landing)
    {
        int headBytes = Math.Min(length, FuseConstants.WriteHeaderBytes);
        string? fault = FuseFraming.Check(new ReadOnlySpan<byte>(head, headBytes), length,
            out fuse_in_header header, out int bodyBytes);
        if (fault is not null)
            return fault;
        bool isWrite = header.opcode == (uint)FuseOpcode.FUSE_WRITE;
        if (!isWrite && length > headBytes)
        {
            int spilled = Math.Min(length, HeadBytes) - headBytes;
            if (head == _head)
                new ReadOnlySpan<byte>((void*)landing, spilled).CopyTo(new Span<byte>(head + headBytes, spilled));
            headBytes += spilled;
        }
        int contiguous = Math.Min(bodyBytes, headBytes - FuseFraming.HeaderBytes);
        var request = new FuseRequest
        {
            Channel = _channel,
            Header = header,
            Body = new ReadOnlySpan<byte>(head + FuseFraming.HeaderBytes, contiguous),
            PayloadLength = isWrite ? Math.Max(0, bodyBytes - contiguous) : 0,
        };
        return _shared.Dispatcher.Dispatch(request, _intake);
    }

    /// <summary>Waits, as the leader, until there is something, and takes it.</summary>
    private Gathered AwaitBurst()
    {
        long start = Stopwatch.GetTimestamp();
        long budget = _haltPoll.NextBudget();
        while (budget > 0 && Stopwatch.GetTimestamp() - start < budget)
        {
            Gathered found = Gather(out int taken);
            if (taken > 0 || found != Gathered.Drained || _shared.Completions.LieReady)
            {
                _haltPoll.Hit();
                return found;
            }
            Thread.Yield();
        }
        if (budget > 0)
            _haltPoll.Miss();
        if (!_shared.Completions.LieReady)
            _shared.WakeUp.Wait(_channel, takesRequests: true);
        Gathered gathered = _shared.IsStopping ? Gathered.Ended : Gather(out _);
        if (budget == 0)
            _haltPoll.Slept(Stopwatch.GetTimestamp() - start);
        return gathered;
    }

    private Gathered End(ReceiveResult received) => received.Status switch
    {
        ReceiveStatus.Unmounted => End(SessionEndReason.Unmounted, "The file system was unmounted."),
        ReceiveStatus.Aborted => End(SessionEndReason.Aborted, "The connection to the kernel was aborted."),
        _ => End(SessionEndReason.Aborted,
            $"Receiving from the kernel failed with {new Backends.Errno(received.Error)}."),
    };

    private Gathered End(SessionEndReason reason, string message)
    {
        _shared.End(new SessionEnd(reason, message));
        return Gathered.Ended;
    }
}
