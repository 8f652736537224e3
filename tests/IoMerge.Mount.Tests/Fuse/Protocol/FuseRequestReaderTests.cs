using IoMerge.Mount.Fuse.Protocol;

namespace IoMerge.Mount.Tests.Fuse.Protocol;

public sealed class FuseRequestReaderTests
{
    [Fact]
    public void TryRead_BodyOneByteShort_TakesNothing()
    {
        var reader = new FuseRequestReader(new byte[39]);
        Assert.False(reader.TryRead(out fuse_read_in _));
        Assert.Equal(39, reader.Rest.Length);
    }

    [Fact]
    public void TryRead_TwoStructures_TakesThemInOrder()
    {
        var reader = new FuseRequestReader([1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 9]);
        Assert.True(reader.TryRead(out fuse_interrupt_in first));
        Assert.True(reader.TryRead(out fuse_access_in second));
        Assert.Equal(1UL, first.unique);
        Assert.Equal((2u, 3u), (second.mask, second.padding));
        Assert.Equal([9], reader.Rest.ToArray());
    }

    [Theory]
    [InlineData(new byte[] { }, null)]
    [InlineData(new byte[] { 0 }, null)]
    [InlineData(new byte[] { (byte)'a', (byte)'b' }, null)]
    [InlineData(new byte[] { (byte)'a', 0 }, "a")]
    [InlineData(new byte[] { (byte)'a', 0, (byte)'b', 0 }, "a")]
    public void TryReadName_Bytes_EndsAtNulOrFails(byte[] body, string? name)
    {
        var reader = new FuseRequestReader(body);
        bool read = reader.TryReadName(out ReadOnlySpan<byte> taken);
        Assert.Equal(name is not null, read);
        Assert.Equal(name ?? "", System.Text.Encoding.UTF8.GetString(taken));
    }

    [Theory]
    [InlineData(15, false)]
    [InlineData(16, true)]
    [InlineData(40, true)]
    [InlineData(64, true)]
    [InlineData(99, true)]
    public void TryReadGrown_AnyLength_FillsTheRestWithZeros(int length, bool readable)
    {
        byte[] body = [.. Enumerable.Repeat((byte)0xff, length)];
        var reader = new FuseRequestReader(body);
        Assert.Equal(readable, reader.TryReadGrown(out fuse_init_in value, 16));
        Assert.Equal(readable ? uint.MaxValue : 0, value.flags);
        Assert.Equal(length >= 20 ? uint.MaxValue : 0, value.flags2);
    }

    [Theory]
    [InlineData(39, 39u, 0, "shorter")]
    [InlineData(48, 47u, 0, "says")]
    [InlineData(48, 49u, 0, "says")]
    [InlineData(48, 48u, 2, "extensions")]
    [InlineData(48, 48u, 65535, "extensions")]
    [InlineData(40, 40u, 0, null)]
    [InlineData(48, 48u, 1, null)]
    public void Framing_ClaimedLengths_MustBeTheRealOnes(int received, uint claimed, int extensions, string? fault)
    {
        var head = new byte[Math.Min(received, 80)];
        BitConverter.TryWriteBytes(head, claimed);
        if (received >= 40)
            BitConverter.TryWriteBytes(head.AsSpan(36), (ushort)extensions);
        string? found = FuseFraming.Check(head, received, out _, out int body);
        if (fault is null)
            Assert.Null(found);
        else
            Assert.Contains(fault, found, StringComparison.Ordinal);
        if (fault is null)
            Assert.Equal(received - 40 - 8 * extensions, body);
    }

    [Fact]
    public void DirectoryPage_EntryThatDoesNotFit_IsLeftOutWhole()
    {
        Span<byte> target = stackalloc byte[63];
        var page = new DirectoryPage(target);
        Assert.True(page.TryAppend(7, 1, 8, "abc"u8));
        Assert.False(page.TryAppend(8, 2, 8, "12345678"u8));
        Assert.Equal(32, page.Length);
        Assert.Equal("07000000000000000100000000000000030000000800000061626300000000" + "00",
            Convert.ToHexString(target[..32]).ToUpperInvariant());
    }
}
