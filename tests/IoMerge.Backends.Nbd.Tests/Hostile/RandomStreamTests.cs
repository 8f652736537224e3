using System.Globalization;
using IoMerge.Backends.Nbd.Tests.Hostile.Server;

namespace IoMerge.Backends.Nbd.Tests.Hostile;

/// <summary>
/// Seeded streams in which anything may be wrong at any time. A failure names its seed; <c>IOMERGE_SEED</c> repeats it,
/// <c>IOMERGE_STREAMS</c> says how many there are.
/// </summary>
public sealed class RandomStreamTests
{
    private const int Size = 128 << 10;
    private const int Streams = 300;
    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task RandomFaults_AnywhereInTheStream_NeverGiveWrongBytesNorHang()
    {
        string? given = Environment.GetEnvironmentVariable("IOMERGE_SEED");
        string? wanted = Environment.GetEnvironmentVariable("IOMERGE_STREAMS");
        int streams = wanted is null ? Streams : int.Parse(wanted, CultureInfo.InvariantCulture);
        IEnumerable<int> seeds = given is null
            ? Enumerable.Range(0, streams) : [int.Parse(given, CultureInfo.InvariantCulture)];
        int harmed = 0;
        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (seed, _) =>
        {
            try
            {
                if (await RunAsync(seed))
                    Interlocked.Increment(ref harmed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"IOMERGE_SEED={seed}: {e.Message}", e);
            }
        });
        Assert.True(harmed > 0, "No stream was harmed: nothing is shown.");
    }

    private static async Task<bool> RunAsync(int seed)
    {
        MemoryExport export = new(Size) { IsStructured = seed % 4 != 0 };
        byte[] content = Workload.Content(Size, seed);
        export.Write(0, content);
        RandomScript script = new(seed);
        await using NbdTestServer server = new(export, isTls: seed % 8 == 3) { Script = script };
        if (await HostileCase.OpenAsync(server, requestTimeoutMs: 200) is not { } store)
            return script.Harm > 0;
        using Workload load = new(store, content, seed);
        try
        {
            for (int wave = 0; wave < 3; wave++)
                await load.WaveAsync();
            await load.SweepAsync();
        }
        finally
        {
            await store.DisposeAsync().AsTask().WaitAsync(s_hang);
        }
        load.AssertNothingCameLate();
        return script.Harm > 0;
    }

    /// <summary>Does some harm at places that the seed chooses, and then none any more.</summary>
    private sealed class RandomScript(int seed) : IScript
    {
        private const int MostHarm = 4;
        private readonly Lock _lock = new();
        private readonly Random _random = new(seed);

        internal int Harm { get; private set; }

        public Delivery Deliver(ServerMessage message)
        {
            lock (_lock)
            {
                if (Harm == MostHarm || _random.Next(12) != 0)
                    return new Delivery(message.Bytes);
                Harm++;
                byte[] bytes = message.Bytes;
                switch (_random.Next(8))
                {
                    case 0:
                        return new Delivery(bytes[.._random.Next(bytes.Length)], Ending.Close);
                    case 1:
                        // Rare, because a client has to wait.
                        return new Delivery(bytes[.._random.Next(bytes.Length)],
                            _random.Next(8) == 0 ? Ending.Stall : Ending.Close);
                    case 2:
                        byte[] noise = new byte[_random.Next(1, 5000)];
                        _random.NextBytes(noise);
                        return new Delivery(noise);
                    case 3:
                        return new Delivery([.. bytes, .. bytes]);
                    default:
                        for (int flips = _random.Next(1, 4); flips > 0; flips--)
                        {
                            WireField field = message.Fields[_random.Next(message.Fields.Count)];
                            ServerMessage.Set(bytes, field,
                                ServerMessage.Get(bytes, field) ^ 1UL << _random.Next(field.Width * 8));
                        }
                        return new Delivery(bytes);
                }
            }
        }
    }
}
