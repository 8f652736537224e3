namespace IoMerge.Backends.Nbd.Tests.Hostile.Server;

/// <summary>What a connection does once it has sent what it was told to.</summary>
internal enum Ending
{
    /// <summary>Goes on as if nothing had happened.</summary>
    GoOn,

    /// <summary>Closes.</summary>
    Close,

    /// <summary>Stays open, takes what comes and never says another word.</summary>
    Stall,
}

/// <summary>What is sent in place of a message.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="Then">What comes after them.</param>
internal sealed record Delivery(byte[] Bytes, Ending Then = Ending.GoOn);

/// <summary>Decides what becomes of each message of the server. Called by many connections at a time.</summary>
internal interface IScript
{
    /// <summary>Says what is sent in place of a message.</summary>
    Delivery Deliver(ServerMessage message);
}

/// <summary>Sends every message as it is.</summary>
internal sealed class HonestScript : IScript
{
    public Delivery Deliver(ServerMessage message) => new(message.Bytes);
}
