using IoMerge.Testing;

namespace IoMerge.Backends.Tests;

/// <summary>Short forms of what the contract tests do to a store.</summary>
internal static class Stores
{
    internal static byte[] Pattern(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Splits a length into about so many segments of uneven length.</summary>
    internal static int[] Split(int length, int count, int seed)
    {
        Random random = new(seed);
        SortedSet<int> cuts = [];
        while (cuts.Count < Math.Min(count, length) - 1)
            cuts.Add(random.Next(1, length));
        int[] ends = [.. cuts, length];
        return [.. ends.Select((end, index) => end - (index == 0 ? 0 : ends[index - 1]))];
    }

    internal static async Task<byte[]> ReadAsync(this IBackend store, long offset, int length)
    {
        using IoProbe read = await IoProbe.Read(offset, length).RunAsync(store);
        Assert.Equal(Errno.None, read.Error);
        return read.Data;
    }

    internal static async Task WriteAsync(this IBackend store, long offset, byte[] data, IoFlags flags = IoFlags.None)
    {
        using IoProbe write = await IoProbe.Write(offset, data, flags: flags).RunAsync(store);
        Assert.Equal((Errno.None, data.Length), (write.Error, write.Result));
    }

    internal static async Task<(Errno Error, long Result)> DoAsync(
        this IBackend store, IoKind kind, long offset, long length = 0, IoFlags flags = IoFlags.None)
    {
        using IoProbe probe = await IoProbe.Of(kind, offset, length, flags).RunAsync(store);
        Assert.Equal(1, probe.Completions);
        return (probe.Error, probe.Result);
    }
}
