using IoMerge.Testing;

namespace IoMerge.Backends.Tests;

/// <summary>One random step: 0 to 4 write, 5 zero, 6 discard, 7 flush, 8 and 9 read.</summary>
public sealed record Step(int Kind, int Offset, int Length, int Segments, int Misalignment);

/// <summary>Does the same to a store and to an array, and compares after each step what can be known.</summary>
internal sealed class OracleRun(IBackend store, int size)
{
    private readonly byte[] _expected = Stores.Pattern(size, 99);

    internal async Task RunAsync(Step[] steps)
    {
        await store.WriteAsync(0, _expected);
        for (int index = 0; index < steps.Length; index++)
            await RunAsync(steps[index], index);
        Assert.Equal(_expected, await store.ReadAsync(0, size));
        Assert.Equal(size, store.Size);
    }

    private async Task RunAsync(Step step, int seed)
    {
        int existing = Math.Clamp(size - step.Offset, 0, step.Length);
        switch (step.Kind)
        {
            case <= 4:
                await WriteAsync(step, seed, existing);
                break;
            case 5:
                (Errno error, _) = await store.DoAsync(IoKind.Zero, step.Offset, step.Length);
                Assert.Equal(existing == step.Length ? Errno.None : Errno.ENOSPC, error);
                if (error.IsSuccess)
                    _expected.AsSpan(step.Offset, step.Length).Clear();
                break;
            case 6:
                await store.DoAsync(IoKind.Discard, step.Offset, step.Length);
                if (existing > 0) // Either answer is right; take over which one it was.
                    (await store.ReadAsync(step.Offset, existing)).CopyTo(_expected, step.Offset);
                break;
            case 7:
                Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));
                break;
            default:
                await ReadAsync(step, seed, existing);
                break;
        }
    }

    private async Task WriteAsync(Step step, int seed, int existing)
    {
        byte[] data = Stores.Pattern(step.Length, seed);
        using IoProbe write = await IoProbe.Write(
            step.Offset, data, Stores.Split(step.Length, step.Segments, seed), step.Misalignment).RunAsync(store);
        (Errno, long) expected = existing == step.Length ? (Errno.None, step.Length) : (Errno.ENOSPC, 0);
        Assert.Equal(expected, (write.Error, write.Result));
        if (write.Error.IsSuccess)
            data.CopyTo(_expected, step.Offset);
    }

    private async Task ReadAsync(Step step, int seed, int existing)
    {
        using IoProbe read = await IoProbe.Read(
            step.Offset, Stores.Split(step.Length, step.Segments, seed), step.Misalignment).RunAsync(store);
        Assert.Equal((Errno.None, existing), (read.Error, read.Result));
        Assert.Equal(existing == 0 ? [] : _expected.AsSpan(step.Offset, existing).ToArray(), read.Data);
    }
}
