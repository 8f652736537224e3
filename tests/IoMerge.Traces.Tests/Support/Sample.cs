using CsCheck;
using IoMerge.Traces.Binary;

namespace IoMerge.Traces.Tests.Support;

/// <summary>Traces to test with, in memory.</summary>
internal static class Sample
{
    public static TraceHeader Header { get; } = new(
        new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero).AddTicks(89),
        [new TraceVolume("disk", 1L << 30), new TraceVolume("größer", 0), new TraceVolume("c", long.MaxValue)]);

    /// <summary>One of each kind, with each flag, on each volume, forwards and backwards.</summary>
    public static TraceRecord[] Records { get; } =
    [
        new(0, 0, IoKind.Write, IoFlags.None, 4096, 4096, 17),
        new(1_000, 0, IoKind.Write, IoFlags.None, 8192, 4096, 17),
        new(1_000, 0, IoKind.Read, IoFlags.None, 0, 512, 18),
        new(250_000, 1, IoKind.Write, IoFlags.DataSync, 1L << 40, 1 << 20, 17),
        new(250_001, 1, IoKind.Write, IoFlags.Sync | IoFlags.DataSync, 7, 9, 0),
        new(999_999_999, 2, IoKind.Flush, IoFlags.None, 0, 0, int.MaxValue),
        new(1_000_000_000, 2, IoKind.Discard, IoFlags.None, 0, long.MaxValue, 1),
        new(1_000_000_001, 0, IoKind.Zero, IoFlags.Unmap | IoFlags.KeepSize, 65536, 4096, 1),
        new(5_000_000_000, 0, IoKind.Allocate, IoFlags.KeepSize, 65536, 4096, 1),
        new(5_000_000_000, 1, IoKind.Resize, IoFlags.None, 1L << 41, 0, 1),
    ];

    /// <summary>Any record that keeps all rules; its time is the distance to the one before.</summary>
    public static Gen<TraceRecord> AnyRecord { get; } =
        from distance in Gen.OneOf(Gen.Const(0L), Gen.Long[1, 1_000_000], Gen.Long[1, 1L << 40])
        from volume in Gen.Int[0, 2]
        from kind in Gen.Int[0, (int)IoKind.Resize]
        from flags in Gen.Int[0, 15]
        from offset in Gen.OneOf(Gen.Long[0, 1 << 20], Gen.Long[0, long.MaxValue])
        from length in Gen.OneOf(Gen.Const(4096L), Gen.Long[1, 1 << 22], Gen.Long[1, long.MaxValue])
        from pid in Gen.OneOf(Gen.Int[0, 3], Gen.Int[0, int.MaxValue])
        let hasLength = (IoKind)kind is not (IoKind.Flush or IoKind.Resize)
        let bounded = Math.Min(length, long.MaxValue - offset)
        select new TraceRecord(distance, volume, (IoKind)kind, (IoFlags)flags,
            bounded > 0 ? offset : 0, !hasLength ? 0 : bounded > 0 ? bounded : length, pid);

    /// <summary>The records with their distances added up.</summary>
    public static TraceRecord[] WithTimes(IEnumerable<TraceRecord> records)
    {
        long time = 0;
        return [.. records.Select(record => record with { TimeNs = time += record.TimeNs })];
    }

    /// <summary>A whole trace in the binary format.</summary>
    /// <param name="records">The records.</param>
    /// <param name="perBlock">Records of a block; 0 lets the writer choose.</param>
    public static byte[] Write(IReadOnlyList<TraceRecord> records, int perBlock = 0)
    {
        using var stream = new MemoryStream();
        using var writer = new TraceFileWriter(stream, Header);
        for (int i = 0; i < records.Count; i++)
        {
            writer.Write(records[i]);
            if (perBlock > 0 && (i + 1) % perBlock == 0)
                writer.Flush();
        }
        writer.Complete();
        return stream.ToArray();
    }

    /// <summary>Reads a trace in the binary format to its end.</summary>
    public static List<TraceRecord> Read(byte[] bytes)
    {
        using var reader = new TraceFileReader(new MemoryStream(bytes), "a.trace");
        return Read(reader);
    }

    /// <summary>Reads a trace to its end.</summary>
    public static List<TraceRecord> Read(ITraceSource source)
    {
        List<TraceRecord> records = [];
        while (source.TryRead(out TraceRecord record))
            records.Add(record);
        return records;
    }

    /// <summary>Reads until the damage is met.</summary>
    /// <param name="bytes">A damaged trace.</param>
    /// <param name="before">Records that were delivered before.</param>
    public static TraceFormatException ReadDamaged(byte[] bytes, out List<TraceRecord> before)
    {
        List<TraceRecord> delivered = before = [];
        return Assert.Throws<TraceFormatException>(() =>
        {
            using var reader = new TraceFileReader(new MemoryStream(bytes), "a.trace");
            while (reader.TryRead(out TraceRecord record))
                delivered.Add(record);
        });
    }

    /// <summary>Bytes of the header of these traces.</summary>
    public static int HeaderBytes => HeaderCodec.Encode(Header).Length;
}
