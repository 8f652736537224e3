using Org.BouncyCastle.Tls;

namespace IoMerge.Backends.Nbd;

/// <summary>One connection in TLS, whose stream one thread may read while another writes.</summary>
/// <remarks>
/// The library keeps what belongs to receiving (cipher, nonce, sequence number, buffers) apart from what belongs to
/// sending, and writers from each other by a lock. What it does not guard is a record that the receiving thread sends
/// on its own, an alert: it would use the writer's cipher in the middle of a record, and two records under one nonce
/// give their contents away. So records are written one at a time here. Alerts say that the connection is over, or
/// refuse to begin TLS anew; one that finds the writer busy is left out, because the writer may wait for a server that
/// in turn waits for the reader. A change of the keys for sending is the writer's, and is not interrupted either.
/// </remarks>
internal sealed class PskProtocol(Stream inner) : TlsClientProtocol(inner)
{
    private readonly Lock _writing = new();

    /// <inheritdoc/>
    protected override void WriteRecord(short type, byte[] buf, int off, int len) =>
        WriteRecord(type, buf.AsSpan(off, len));

    /// <inheritdoc/>
    protected override void WriteRecord(short type, ReadOnlySpan<byte> buffer)
    {
        if (type == ContentType.alert)
        {
            TryAlert(buffer);
            return;
        }
        lock (_writing)
            base.WriteRecord(type, buffer);
    }

    /// <inheritdoc/>
    protected override void Send13KeyUpdate(bool updateRequested)
    {
        lock (_writing)
            base.Send13KeyUpdate(updateRequested);
    }

    private void TryAlert(ReadOnlySpan<byte> alert)
    {
        if (!_writing.TryEnter())
            return;
        try
        {
            base.WriteRecord(ContentType.alert, alert);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody listens any more.
        }
        finally
        {
            _writing.Exit();
        }
    }
}
