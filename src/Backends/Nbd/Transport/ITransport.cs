namespace IoMerge.Backends.Nbd;

/// <summary>
/// The bytes of one connection that has begun. One thread receives, one at a time sends, any may abort. Failures are
/// numbers; where a transport cannot go on at once it says <see cref="WouldBlock"/>.
/// </summary>
internal unsafe interface ITransport : IDisposable
{
    /// <summary>Nothing can be sent or received at this moment.</summary>
    internal const int WouldBlock = -1;

    /// <summary>The connection is over.</summary>
    internal const int Broken = -2;

    /// <summary>
    /// True when sending may wait for the other side: then it is for a thread of its own, never for one that others
    /// wait for.
    /// </summary>
    bool SendingBlocks { get; }

    /// <summary>Sends as much as goes.</summary>
    /// <returns>Bytes sent, 1 or more; or <see cref="WouldBlock"/>, or <see cref="Broken"/>.</returns>
    nint Send(IoSegment* segments, int count);

    /// <summary>Receives what is there.</summary>
    /// <returns>
    /// Bytes received, 1 or more; or <see cref="WouldBlock"/>, or <see cref="Broken"/>, also at the end.
    /// </returns>
    nint Receive(IoSegment* segments, int count);

    /// <summary>After <see cref="WouldBlock"/>: sleeps until bytes have come, <see cref="Wake"/> was called, or, when
    /// wanted, bytes can be sent again.</summary>
    /// <returns>True when bytes can be sent again.</returns>
    bool Wait(bool untilWritable);

    /// <summary>Ends the present <see cref="Wait"/> or the next one. Any thread.</summary>
    void Wake();

    /// <summary>
    /// Makes whoever sends or receives find the connection broken. Any thread, until disposal; a second call does
    /// nothing.
    /// </summary>
    void Abort();
}
