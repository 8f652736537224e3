using IoMerge.Testing;

namespace IoMerge.Backends.Nbd.Tests.Hostile;

/// <summary>
/// Waves of operations side by side, each held against a model: an operation ends exactly once, what it says it read
/// is what was written, and nothing is written into its memory afterwards. What a failed write left is not known.
/// </summary>
internal sealed class Workload : IDisposable
{
    private const int SlotSize = 16 << 10;
    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(2);

    private readonly IBackend _store;
    private readonly byte[] _model;
    private readonly bool[] _isUnknown;
    private readonly Random _random;
    private readonly List<IoProbe> _probes = [];

    /// <summary>Begins with what the store holds.</summary>
    internal Workload(IBackend store, byte[] content, int seed)
    {
        _store = store;
        _model = content;
        _isUnknown = new bool[content.Length];
        _random = new Random(seed);
    }

    /// <summary>Operations that ended with an error so far.</summary>
    internal List<(IoKind Kind, Errno Error)> Failures { get; } = [];

    private long Reach => Math.Min(_store.Size, _model.Length);

    /// <summary>Content with data and holes.</summary>
    internal static byte[] Content(int size, int seed)
    {
        byte[] content = new byte[size];
        Random random = new(seed);
        for (int at = 0; at < size; at += 4096)
        {
            if (random.Next(3) != 0)
                random.NextBytes(content.AsSpan(at, 4096));
        }
        return content;
    }

    /// <summary>One operation in each part of the store, all at once, and a flush.</summary>
    internal async Task WaveAsync()
    {
        int slot = Math.Max(SlotSize, _store.Geometry.BlockSize);
        List<(IoProbe Probe, byte[] Data)> wave = [(IoProbe.Flush(), [])];
        for (long start = 0; start + slot <= Reach; start += slot)
            wave.Add(Next(start, slot));
        await RunAsync(wave);
    }

    /// <summary>Reads all of it.</summary>
    internal async Task SweepAsync()
    {
        List<(IoProbe Probe, byte[] Data)> wave = [];
        for (long start = 0; start < Reach; start += SlotSize)
            wave.Add((IoProbe.Read(start, (int)Math.Min(SlotSize, Reach - start)), []));
        await RunAsync(wave);
    }

    /// <summary>Looks once more at every operation there was, when nothing can come any more.</summary>
    internal void AssertNothingCameLate()
    {
        foreach (IoProbe probe in _probes)
        {
            Assert.True(probe.Completions == 1, $"{probe.Kind} {probe.Extent} ended {probe.Completions} times.");
            Assert.True(probe.IsStillWhatItWas, $"{probe.Kind} {probe.Extent} was written to after its end.");
        }
    }

    public void Dispose() => _probes.ForEach(probe => probe.Dispose());

    private (IoProbe Probe, byte[] Data) Next(long start, int slot)
    {
        int length = _random.Next(1, slot + 1);
        long offset = start + _random.Next(slot - length + 1);
        BackendGeometry geometry = _store.Geometry;
        switch (_random.Next(10))
        {
            case 0 or 1 or 2 when !geometry.IsReadOnly:
                byte[] data = new byte[length];
                if (_random.Next(4) != 0)
                    _random.NextBytes(data);
                IoFlags flags = _random.Next(4) == 0 ? IoFlags.DataSync : IoFlags.None;
                return (IoProbe.Write(offset, data, Split(length), flags: flags), data);
            case 3 when geometry.CanZero && !geometry.IsReadOnly:
                return (IoProbe.Of(IoKind.Zero, offset, length), new byte[length]);
            case 4 when geometry.CanDiscard && !geometry.IsReadOnly:
                return (IoProbe.Of(IoKind.Discard, offset, length), []);
            case 5 when geometry.CanSeekData:
                return (IoProbe.Of(_random.Next(2) == 0 ? IoKind.SeekData : IoKind.SeekHole, offset), []);
            default:
                return (IoProbe.Read(offset, Split(length), acceptsLoan: _random.Next(2) == 0), []);
        }
    }

    private int[] Split(int length)
    {
        int first = _random.Next(length);
        return first == 0 ? [length] : [first, length - first];
    }

    private async Task RunAsync(List<(IoProbe Probe, byte[] Data)> wave)
    {
        _probes.AddRange(wave.Select(item => item.Probe));
        // On a thread of its own: a store may complete, and take its time, within Submit.
        await Task.Run(() => wave.ForEach(item => _store.Submit(item.Probe))).WaitAsync(s_hang);
        foreach ((IoProbe probe, byte[] data) in wave)
        {
            await probe.Ended().WaitAsync(s_hang);
            if (probe.Error.IsError && !IsEndOfData(probe))
                Failures.Add((probe.Kind, probe.Error));
            Check(probe, data);
        }
    }

    private static bool IsEndOfData(IoProbe probe) => probe.Kind == IoKind.SeekData && probe.Error == Errno.ENXIO;

    private void Check(IoProbe probe, byte[] data)
    {
        var offset = (int)probe.Extent.Offset;
        var length = (int)probe.Extent.Length;
        switch (probe.Kind)
        {
            case IoKind.Read:
                Assert.True(probe.Error.IsError || probe.Result == length,
                    $"A read of {length} bytes ended with {probe.Result}.");
                AssertBytes(probe);
                break;
            case IoKind.Write or IoKind.Zero when probe.Error.IsSuccess:
                Assert.Equal(probe.Kind == IoKind.Write ? length : 0, probe.Result);
                data.CopyTo(_model, offset);
                _isUnknown.AsSpan(offset, length).Clear();
                break;
            case IoKind.Write or IoKind.Zero or IoKind.Discard:
                _isUnknown.AsSpan(offset, length).Fill(true);
                break;
            case IoKind.SeekData or IoKind.SeekHole when probe.Error.IsSuccess:
                Assert.InRange(probe.Result, offset, _store.Size);
                break;
        }
    }

    private void AssertBytes(IoProbe read)
    {
        int offset = (int)read.Extent.Offset;
        for (int i = 0; i < read.Result; i++)
        {
            // A message is made for what is wrong alone: most of the time would go into those of bytes that are right.
            if (!_isUnknown[offset + i] && _model[offset + i] != read.Data[i])
                Assert.Fail($"{read.Extent}: byte {i} is {read.Data[i]}, not {_model[offset + i]} ({read.Error}).");
        }
    }
}
