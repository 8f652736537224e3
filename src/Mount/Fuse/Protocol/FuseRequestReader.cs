using System.Runtime.InteropServices;

namespace IoMerge.Mount.Fuse.Protocol;

/// <summary>
/// Takes values out of the body of a request, front to back. Each length is checked: a body that is too short gives
/// false, never a read beyond it.
/// </summary>
internal ref struct FuseRequestReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    /// <summary>Bytes not taken yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Takes a structure.</summary>
    public bool TryRead<T>(out T value) where T : unmanaged
    {
        if (!MemoryMarshal.TryRead(_rest, out value))
            return false;
        _rest = _rest[System.Runtime.CompilerServices.Unsafe.SizeOf<T>()..];
        return true;
    }

    /// <summary>
    /// Takes as much of a structure as there is; what is missing is zero. For structures that grew over time.
    /// </summary>
    /// <param name="value">The structure.</param>
    /// <param name="shortest">Bytes that its oldest form has.</param>
    public bool TryReadGrown<T>(out T value, int shortest) where T : unmanaged
    {
        int whole = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        return TryReadHead(out value, Math.Max(shortest, Math.Min(whole, _rest.Length)));
    }

    /// <summary>Takes the first bytes of a structure, where something else follows them; the rest is zero.</summary>
    /// <param name="value">The structure.</param>
    /// <param name="length">Bytes to take, no more than it has.</param>
    public bool TryReadHead<T>(out T value, int length) where T : unmanaged
    {
        value = default;
        if (_rest.Length < length)
            return false;
        _rest[..length].CopyTo(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        _rest = _rest[length..];
        return true;
    }

    /// <summary>Takes a name: the bytes before a NUL. An empty name or one without NUL gives false.</summary>
    public bool TryReadName(out ReadOnlySpan<byte> name)
    {
        int end = _rest.IndexOf((byte)0);
        name = end > 0 ? _rest[..end] : default;
        if (end <= 0)
            return false;
        _rest = _rest[(end + 1)..];
        return true;
    }
}
