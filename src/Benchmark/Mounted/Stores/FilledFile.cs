using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Mounted.Stores;

/// <summary>Makes files whose every byte is written, so that nothing is allocated while the clock runs.</summary>
internal static class FilledFile
{
    private const int ChunkBytes = 1 << 20;

    // What stays free on a file system for everybody else.
    private const long Reserve = 256L << 20;

    /// <summary>Creates a file with bytes that no store can compress or share.</summary>
    /// <exception cref="RunException">There is no space for it.</exception>
    public static async Task CreateAsync(string path, long bytes, CancellationToken stop)
    {
        string folder = Path.GetDirectoryName(path)!;
        long free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < bytes + Reserve)
            throw new RunException(new LeftOut($"a store in {folder}",
                $"It needs {bytes >> 20} MiB, and {Math.Max(0, free - Reserve) >> 20} MiB can be used there.",
                "Make room, choose another folder with --folder, or smaller volumes with --size."));
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0);
        await FillAsync(file, bytes, stop).ConfigureAwait(false);
    }

    /// <summary>Writes an existing file or device from its beginning.</summary>
    public static async Task OverwriteAsync(string path, long bytes, CancellationToken stop)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        await FillAsync(file, bytes, stop).ConfigureAwait(false);
    }

    private static async Task FillAsync(FileStream file, long bytes, CancellationToken stop)
    {
        byte[] chunk = new byte[ChunkBytes];
        new Random(1).NextBytes(chunk);
        for (long written = 0; written < bytes; written += ChunkBytes)
        {
            // No two chunks alike.
            BitConverter.TryWriteBytes(chunk, written);
            int length = (int)Math.Min(ChunkBytes, bytes - written);
            await file.WriteAsync(chunk.AsMemory(0, length), stop).ConfigureAwait(false);
        }
        await Task.Run(() => file.Flush(flushToDisk: true), stop).ConfigureAwait(false);
    }
}
