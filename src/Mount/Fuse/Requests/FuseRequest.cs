using IoMerge.Backends;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Transport;

namespace IoMerge.Mount.Fuse.Requests;

/// <summary>One message of the kernel, framed but not interpreted. Valid until its reader receives the next
/// one.</summary>
internal readonly ref struct FuseRequest
{
    /// <summary>Where it came from, and its reply must go.</summary>
    public required FuseChannel Channel { get; init; }

    /// <summary>Its header.</summary>
    public required fuse_in_header Header { get; init; }

    /// <summary>
    /// What follows the header: of a write the fixed part only, of any other message as much as fits a reader's buffer,
    /// which is more than any message has that is served.
    /// </summary>
    public required ReadOnlySpan<byte> Body { get; init; }

    /// <summary>Bytes of a write's data, which lie where the reader's landing had prepared a place.</summary>
    public required int PayloadLength { get; init; }

    /// <summary>What is asked for.</summary>
    public FuseOpcode Opcode => (FuseOpcode)Header.opcode;

    /// <summary>Replies without a body: success, or an error.</summary>
    public void Reply(Errno error) => FuseReplyWriter.Write(Channel, Header.unique, error);

    /// <summary>Replies with a structure.</summary>
    public void Reply<T>(in T body) where T : unmanaged => FuseReplyWriter.Write(Channel, Header.unique, in body);
}
