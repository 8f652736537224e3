namespace IoMerge.Scheduler;

/// <summary>
/// Requests one after the other, linked by <see cref="IoRequest.NextInChain"/>: a queue that allocates nothing. A
/// request is in one chain at a time. A mutable struct: keep it in a field, do not copy it.
/// </summary>
internal struct RequestChain
{
    private IoRequest? _tail;

    /// <summary>The first one, or null.</summary>
    internal IoRequest? Head { get; private set; }

    /// <summary>Adds one behind the last.</summary>
    internal void Append(IoRequest request)
    {
        request.NextInChain = null;
        if (_tail is null)
            Head = request;
        else
            _tail.NextInChain = request;
        _tail = request;
    }

    /// <summary>Takes out the first one; there must be one.</summary>
    internal IoRequest TakeFirst()
    {
        IoRequest first = Head!;
        Remove(first, null);
        return first;
    }

    /// <summary>Takes out all, still linked; null when there are none.</summary>
    internal IoRequest? TakeAll()
    {
        IoRequest? all = Head;
        Head = _tail = null;
        return all;
    }

    /// <summary>Takes out the one with that id; null when there is none. Looks at all of them.</summary>
    internal IoRequest? Take(ulong id)
    {
        IoRequest? previous = null;
        for (IoRequest? request = Head; request is not null; previous = request, request = request.NextInChain)
        {
            if (request.Id != id)
                continue;
            Remove(request, previous);
            return request;
        }
        return null;
    }

    private void Remove(IoRequest request, IoRequest? previous)
    {
        if (previous is null)
            Head = request.NextInChain;
        else
            previous.NextInChain = request.NextInChain;
        if (_tail == request)
            _tail = previous;
        request.NextInChain = null;
    }
}
