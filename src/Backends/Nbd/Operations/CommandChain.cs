namespace IoMerge.Backends.Nbd;

/// <summary>A queue of commands that needs no memory: they are linked by <see cref="NbdCommand.Next"/>.</summary>
internal struct CommandChain
{
    private NbdCommand? _tail;

    internal NbdCommand? Head { get; private set; }

    internal readonly NbdCommand? Tail => _tail;

    internal void Append(NbdCommand command)
    {
        command.Next = null;
        if (_tail is null)
            Head = command;
        else
            _tail.Next = command;
        _tail = command;
    }

    internal void Prepend(NbdCommand command)
    {
        command.Next = Head;
        Head = command;
        _tail ??= command;
    }

    internal NbdCommand? TakeFirst()
    {
        NbdCommand? first = Head;
        if (first is null)
            return null;
        Head = first.Next;
        if (Head is null)
            _tail = null;
        first.Next = null;
        return first;
    }
}
