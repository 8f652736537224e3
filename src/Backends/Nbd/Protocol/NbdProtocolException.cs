namespace IoMerge.Backends.Nbd;

/// <summary>
/// The other side broke the protocol, or refused: the connection is of no use. The message continues "the server ...:"
/// and holds nothing secret.
/// </summary>
internal sealed class NbdProtocolException(string message, Exception? inner = null) : Exception(message, inner);
