using IoMerge.Backends.Nbd.Native;

namespace IoMerge.Backends.Nbd;

/// <content>The way back; the receiver's thread only.</content>
internal sealed unsafe partial class Link
{
    /// <summary>True once the present connection has brought an answer.</summary>
    internal bool HasAnswered { get; private set; }

    /// <summary>Receives until the connection is over.</summary>
    /// <returns>Why it is.</returns>
    internal string Receive(ITransport transport, ExportInfo info)
    {
        ReplyReader reader = new(this, info.IsStructured, info.AllocationContext);
        HasAnswered = false;
        int filled = 0;
        try
        {
            while (true)
            {
                nint received = ReceiveInto(transport, reader, filled, out uint direct);
                if (received == ITransport.WouldBlock)
                {
                    if (transport.Wait(Volatile.Read(ref _isBlocked)))
                        Unblock();
                    continue;
                }
                if (received < 0)
                    return _abortReason ?? "it closed the connection";
                uint placed = (uint)Math.Min(received, direct);
                if (placed > 0)
                    reader.Received(placed);
                filled += (int)(received - placed);
                int used = reader.Consume(new ReadOnlySpan<byte>(Buffer, filled));
                filled -= used;
                if (used > 0 && filled > 0)
                    new Span<byte>(Buffer + used, filled).CopyTo(new Span<byte>(Buffer, filled));
                set.SendAdded();
            }
        }
        catch (NbdProtocolException e)
        {
            return "it broke the protocol: " + e.Message;
        }
    }

    /// <inheritdoc/>
    public NbdCommand Find(ulong cookie)
    {
        if (_slots.Find(cookie) is not { } command)
            throw new NbdProtocolException($"it answers a request {cookie:x} that nobody has made");
        SpinWait spin = default;
        while (!command.IsSent)
        {
            // The kernel has taken the last byte, and whoever sent it has not said so yet: that is soon. An answer
            // to what has not been sent is a lie, and its memory is still being read.
            lock (_lock)
            {
                if (!_isSending && !command.IsSent)
                    throw new NbdProtocolException($"it answers request {cookie:x} before it was sent");
            }
            spin.SpinOnce();
        }
        return command;
    }

    /// <inheritdoc/>
    public void Answered(NbdCommand command)
    {
        if (command.WireError == NbdWire.ESHUTDOWN)
            throw new NbdProtocolException("it is shutting down");
        HasAnswered = true;
        command.Error = NbdErrors.ToErrno(command.WireError);
        lock (_lock)
        {
            _slots.Remove(command);
            if (command.Error.IsSuccess && command.LeavesDirt)
                _dirtied++;
            if (command.Error.IsSuccess && command.Type == NbdWire.CMD_FLUSH)
                _flushed = Math.Max(_flushed, command.Covers);
            if (_backlog.TakeFirst() is { } next)
                AddOwned(next, Environment.TickCount64);
        }
        set.CommandAnswered(command);
    }

    private nint ReceiveInto(ITransport transport, ReplyReader reader, int filled, out uint direct)
    {
        int count = 0;
        direct = 0;
        if (reader.DataCommand is { } command)
        {
            count = command.List(reader.DataPosition, reader.DataLeft,
                new Span<IoSegment>(ReceiveList, NativeCalls.MaxSegments - 1), out direct);
        }
        // What lands in the buffer is copied from there. For large reads only headers shall.
        int reads = Math.Max(1, _slots.Count);
        int room = _slots.ReadBytes / reads >= LargeRead ? LargeReadBuffer : BufferBytes;
        ReceiveList[count] = new IoSegment((nint)(Buffer + filled), Math.Max(room, 2 * filled) - filled);
        return transport.Receive(ReceiveList, count + 1);
    }

    private void Unblock()
    {
        lock (_lock)
            _isBlocked = false;
        Kick();
    }
}
