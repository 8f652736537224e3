namespace IoMerge.Backends.Nbd;

/// <summary>How both sides of a connection prove who they are in TLS, by certificates, or a key they share.</summary>
internal interface ITls
{
    /// <summary>Does the handshake. Any thread. Blocks; who has a deadline shuts the socket down.</summary>
    /// <param name="inner">The connection, which the stream takes over.</param>
    /// <returns>A stream that one thread may read and another write at the same time.</returns>
    /// <exception cref="NbdProtocolException">The server is not the one, or does not know us.</exception>
    Stream Start(Stream inner);
}
