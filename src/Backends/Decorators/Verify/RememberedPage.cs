namespace IoMerge.Backends.Decorators;

/// <summary>The bytes of one page that are known, and what they are.</summary>
internal sealed class RememberedPage
{
    private readonly byte[] _bytes = new byte[VerifyOptions.PageBytes];
    private readonly bool[] _known = new bool[VerifyOptions.PageBytes];

    internal void Set(int offset, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(offset));
        _known.AsSpan(offset, bytes.Length).Fill(true);
    }

    internal void SetZero(int offset, int length)
    {
        _bytes.AsSpan(offset, length).Clear();
        _known.AsSpan(offset, length).Fill(true);
    }

    internal void Forget(int offset, int length) => _known.AsSpan(offset, length).Clear();

    /// <returns>
    /// Index in <paramref name="bytes"/> of the first byte that is known to be another; -1 when there is none.
    /// </returns>
    internal int FindDifference(int offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.SequenceEqual(_bytes.AsSpan(offset, bytes.Length)))
            return -1;
        for (int index = 0; index < bytes.Length; index++)
        {
            if (_known[offset + index] && bytes[index] != _bytes[offset + index])
                return index;
        }
        return -1;
    }
}
