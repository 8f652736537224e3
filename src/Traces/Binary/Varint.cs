namespace IoMerge.Traces.Binary;

/// <summary>
/// Numbers of variable length: seven bits a byte, the lowest first, the top bit says that more follow (LEB128). Signed
/// ones are folded first, so that small ones stay short on both sides of zero (zigzag).
/// </summary>
internal static class Varint
{
    /// <summary>Most bytes of a number.</summary>
    public const int MaxBytes = 10;

    /// <summary>Writes a number and moves on.</summary>
    public static void Write(ref Span<byte> to, ulong value)
    {
        int count = 0;
        for (; value >= 0x80; value >>= 7)
            to[count++] = (byte)(value | 0x80);
        to[count++] = (byte)value;
        to = to[count..];
    }

    /// <summary>Writes a signed number and moves on.</summary>
    public static void WriteSigned(ref Span<byte> to, long value) =>
        Write(ref to, (ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Reads a number and moves on.</summary>
    /// <returns>False when it does not end, or needs more than 64 bits.</returns>
    public static bool TryRead(ref ReadOnlySpan<byte> from, out ulong value)
    {
        value = 0;
        for (int i = 0; i < from.Length && i < MaxBytes; i++)
        {
            ulong bits = from[i] & 0x7Fu;
            if (i == MaxBytes - 1 && bits > 1)
                return false;
            value |= bits << (7 * i);
            if ((from[i] & 0x80) != 0)
                continue;
            from = from[(i + 1)..];
            return true;
        }
        return false;
    }

    /// <summary>Reads a signed number and moves on.</summary>
    /// <returns>False when it does not end, or needs more than 64 bits.</returns>
    public static bool TryReadSigned(ref ReadOnlySpan<byte> from, out long value)
    {
        bool isWhole = TryRead(ref from, out ulong folded);
        value = (long)(folded >> 1) ^ -(long)(folded & 1);
        return isWhole;
    }
}
