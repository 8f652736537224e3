namespace IoMerge.Scheduler;

/// <summary>
/// Operations one after the other, linked by <see cref="MergedIo.NextOperation"/>: a queue that allocates nothing. An
/// operation is in one chain at a time. A mutable struct: keep it in a field, do not copy it.
/// </summary>
internal struct OperationChain
{
    private MergedIo? _tail;

    /// <summary>The first one, or null.</summary>
    internal MergedIo? Head { get; private set; }

    /// <summary>Adds one behind the last.</summary>
    internal void Append(MergedIo io)
    {
        io.NextOperation = null;
        if (_tail is null)
            Head = io;
        else
            _tail.NextOperation = io;
        _tail = io;
    }

    /// <summary>Adds one before the first: what was used last is in the processor's cache.</summary>
    internal void Prepend(MergedIo io)
    {
        io.NextOperation = Head;
        Head = io;
        _tail ??= io;
    }

    /// <summary>Takes out the first one, or returns null.</summary>
    internal MergedIo? TakeFirst()
    {
        MergedIo? first = Head;
        if (first is null)
            return null;
        Head = first.NextOperation;
        if (Head is null)
            _tail = null;
        return first;
    }

    /// <summary>Takes out all, still linked; null when there are none.</summary>
    internal MergedIo? TakeAll()
    {
        MergedIo? all = Head;
        Head = _tail = null;
        return all;
    }
}
