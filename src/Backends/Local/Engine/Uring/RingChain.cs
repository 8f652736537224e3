namespace IoMerge.Backends.Local;

/// <summary>Ring operations in order, linked through themselves. For one thread.</summary>
internal struct RingChain
{
    private RingOperation? _tail;

    /// <summary>The first one.</summary>
    internal RingOperation? Head { get; private set; }

    /// <summary>Adds one behind the last.</summary>
    internal void Append(RingOperation operation)
    {
        operation.Next = null;
        if (_tail is null)
            Head = operation;
        else
            _tail.Next = operation;
        _tail = operation;
    }

    /// <summary>Takes the first one out, or null.</summary>
    internal RingOperation? Take()
    {
        RingOperation? first = Head;
        if (first is null)
            return null;
        Head = first.Next;
        if (Head is null)
            _tail = null;
        first.Next = null;
        return first;
    }
}
