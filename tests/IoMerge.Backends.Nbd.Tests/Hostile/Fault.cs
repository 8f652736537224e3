using IoMerge.Backends.Nbd.Tests.Hostile.Server;

namespace IoMerge.Backends.Nbd.Tests.Hostile;

/// <summary>One way in which one message is wrong.</summary>
/// <param name="What">Says which, for messages.</param>
/// <param name="Kind">The message concerned.</param>
/// <param name="Apply">What is sent in its place.</param>
internal sealed record Fault(string What, MessageKind Kind, Func<ServerMessage, Delivery> Apply);

/// <summary>Applies a fault to one message of its kind, or to all from there on; others stay as they are.</summary>
/// <param name="fault">The fault.</param>
/// <param name="occurrence">Which message of the kind it is, 1 for the first.</param>
/// <param name="repeats">Whether those that follow are wrong too.</param>
internal sealed class FaultScript(Fault fault, int occurrence = 1, bool repeats = false) : IScript
{
    private int _seen;

    /// <summary>Whether it was applied: else a test would have shown nothing.</summary>
    internal bool HasFired => Volatile.Read(ref _seen) >= occurrence;

    /// <summary>Whether anything was other than it should be: a field may be 0 already.</summary>
    internal bool DidHarm { get; private set; }

    public Delivery Deliver(ServerMessage message)
    {
        if (message.Kind != fault.Kind)
            return new Delivery(message.Bytes);
        int number = Interlocked.Increment(ref _seen);
        if (number != occurrence && !(repeats && number > occurrence))
            return new Delivery(message.Bytes);
        Delivery delivery = fault.Apply(message);
        DidHarm |= delivery.Then != Ending.GoOn || !delivery.Bytes.AsSpan().SequenceEqual(message.Bytes);
        return delivery;
    }
}
