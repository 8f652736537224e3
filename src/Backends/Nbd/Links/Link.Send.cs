using IoMerge.Backends.Nbd.Native;

namespace IoMerge.Backends.Nbd;

/// <content>The way out.</content>
internal sealed unsafe partial class Link
{
    private readonly AutoResetEvent _toSend = new(false);

    /// <summary>Sends what waits, unless somebody else does. Any thread; does not wait.</summary>
    internal void Kick()
    {
        ITransport transport;
        lock (_lock)
        {
            if (_transport is null || _isSending || _isBlocked || _unsent.Head is null)
                return;
            transport = _transport;
            if (!transport.SendingBlocks)
                _isSending = true;
        }
        if (transport.SendingBlocks)
            _toSend.Set();
        else
            SendAll(transport);
    }

    /// <summary>
    /// What a sender's own thread does as long as the connection lives, where sending may have to wait.
    /// </summary>
    internal void SendUntilEnd(ITransport transport)
    {
        while (true)
        {
            _toSend.WaitOne();
            lock (_lock)
            {
                if (_transport != transport)
                    return;
                if (_unsent.Head is null)
                    continue;
                _isSending = true;
            }
            SendAll(transport);
        }
    }

    /// <summary>Makes <see cref="SendUntilEnd"/> look.</summary>
    internal void WakeSender() => _toSend.Set();

    private void SendAll(ITransport transport)
    {
        bool goesOn = true;
        while (goesOn)
        {
            NbdCommand first;
            NbdCommand last;
            uint skip;
            lock (_lock)
                (first, last, skip) = (_unsent.Head!, _unsent.Tail!, _headSent);
            int count = ListUnsent(first, last, skip);
            nint sent = transport.Send(SendList, count);
            lock (_lock)
                goesOn = SentOwned(transport, sent);
        }
    }

    /// <summary>
    /// Headers and payloads of as many commands as fit into one call, each from where it lies. Those who add do so
    /// behind <paramref name="last"/>, and nobody takes away.
    /// </summary>
    private int ListUnsent(NbdCommand first, NbdCommand last, uint skip)
    {
        Span<IoSegment> list = new(SendList, NativeCalls.MaxSegments);
        int count = 0;
        for (NbdCommand? command = first; command is not null && count < list.Length; command = command.Next)
        {
            if (skip < NbdWire.RequestBytes)
            {
                list[count++] = new IoSegment(
                    (nint)(_slots.HeaderOf(command) + skip), (nint)(NbdWire.RequestBytes - skip));
            }
            uint position = Math.Max(skip, NbdWire.RequestBytes) - NbdWire.RequestBytes;
            uint payload = command.PayloadBytes;
            if (payload > 0)
            {
                count += command.List(position, payload - position, list[count..], out uint listed);
                if (position + listed < payload)
                    break;
            }
            if (command == last)
                break;
            skip = 0;
        }
        return count;
    }

    /// <returns>True when there is more to send, and it is still this thread that does.</returns>
    private bool SentOwned(ITransport transport, nint sent)
    {
        if (sent < 0)
        {
            if (sent == ITransport.WouldBlock)
            {
                _isBlocked = true;
                // While it still counts as sending, so that the connection cannot end meanwhile.
                if (Environment.CurrentManagedThreadId != _receiverThread)
                    transport.Wake();
            }
            else
            {
                transport.Abort();
            }
            Volatile.Write(ref _isSending, false);
            return false;
        }
        uint left = (uint)sent;
        while (left > 0)
        {
            NbdCommand head = _unsent.Head!;
            uint rest = NbdWire.RequestBytes + head.PayloadBytes - _headSent;
            if (left < rest)
            {
                _headSent += left;
                break;
            }
            left -= rest;
            _headSent = 0;
            _unsent.TakeFirst();
            // From here on its answer may be believed.
            head.IsSent = true;
        }
        if (_unsent.Head is not null && _transport == transport)
            return true;
        Volatile.Write(ref _isSending, false);
        return false;
    }
}
