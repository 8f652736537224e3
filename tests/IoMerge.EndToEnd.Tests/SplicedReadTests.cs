using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace IoMerge.EndToEnd.Tests;

/// <summary>Large reads of files in the page cache or on tmpfs: spliced, and yet the right bytes to everyone.</summary>
public sealed class SplicedReadTests
{
    private const int Size = 24 << 20;
    private const string Memory = "/dev/shm";

    // Pipes of those who may not have larger ones hold no more.
    private static readonly string[] FittingRequests = ["--set", "Fuse:MaxWrite=512KiB"];

    [MountTheory]
    [InlineData(Memory, "Parallel")]
    [InlineData(Memory, "AsyncSplit")]
    [InlineData(null, "Parallel")]
    [InlineData(null, "AsyncSplit")]
    public void Threads_ReadingAnyPieces_SeeTheFilesBytes(string? parent, string mode)
    {
        using TemporaryFolder folder = new();
        using BackingFile file = new(parent ?? folder.Path, Size);
        using MountedVolume volume = MountedVolume.Start(
            file.Spec, [.. FittingRequests, "--set", $"Fuse:DirectMode={mode}"]);
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, number =>
        {
            Random random = new(number);
            using SafeFileHandle disk = File.OpenHandle(volume.Disk);
            byte[] buffer = new byte[3 << 20];
            for (int round = 0; round < 60; round++)
            {
                int length = 1 + random.Next(round % 2 == 0 ? buffer.Length : 700_000);
                int offset = random.Next(Size);
                int there = Math.Min(length, Size - offset);
                Assert.Equal(there, ReadFully(disk, buffer.AsSpan(0, length), offset));
                Assert.True(file.Bytes.AsSpan(offset, there).SequenceEqual(buffer.AsSpan(0, there)),
                    $"{offset} {length}");
            }
        });
        volume.Unmount();
    }

    /// <summary>The kernel counts what a process reads into its memory; what it splices is not among that.</summary>
    [MountTheory]
    [InlineData(Memory, true)]
    [InlineData(null, true)]
    [InlineData(Memory, false)]
    public void LargeReads_PassTheServersMemory_OnlyIfTheyAreNotSpliced(string? parent, bool splices)
    {
        using TemporaryFolder folder = new();
        using BackingFile file = new(parent ?? folder.Path, Size);
        using MountedVolume volume = MountedVolume.Start(
            file.Spec, [.. FittingRequests, "--set", $"Fuse:SpliceReads={splices}"]);
        long before = BytesReadBy(volume.Process.Id);
        Shell.Run($"dd if='{volume.Disk}' bs=512k iflag=direct status=none | cmp - '{file.Path}'");
        long copied = BytesReadBy(volume.Process.Id) - before;
        Assert.True(splices ? copied < Size / 8 : copied >= Size, $"{copied} of {Size} bytes went through the server");
        volume.Unmount();
    }

    [MountFact]
    public void MergedReads_AreSplicedToEachCaller()
    {
        using BackingFile file = new(Memory, Size);
        using StoreLog log = new();
        using MountedVolume volume = MountedVolume.Start(
            file.Spec, ["--set", "Fuse:MaxWrite=64KiB", "--set", "Fuse:DirectMode=AsyncSplit", .. log.Arguments(0)]);
        long before = BytesReadBy(volume.Process.Id);
        Shell.Run($"dd if='{volume.Disk}' bs=4M iflag=direct status=none | cmp - '{file.Path}'");
        long copied = BytesReadBy(volume.Process.Id) - before;
        volume.Unmount();
        Assert.True(copied < Size / 8, $"{copied} of {Size} bytes went through the server");
        Assert.Contains(log.Read(), operation => operation.Kind == "Read" && operation.Members > 1);
    }

    [MountTheory]
    [InlineData(Memory)]
    [InlineData(null)]
    public void AVolumeThatGrows_IsReadUpToItsEnd(string? parent)
    {
        using TemporaryFolder folder = new();
        using BackingFile file = new(parent ?? folder.Path, 1_000_000);
        using MountedVolume volume = MountedVolume.Start($"{file.Spec},growable", FittingRequests);
        using SafeFileHandle disk = File.OpenHandle(volume.Disk, FileMode.Open, FileAccess.ReadWrite);
        byte[] expected = file.Bytes;
        byte[] buffer = new byte[2 << 20];
        for (int step = 0; step < 6; step++)
        {
            Assert.Equal(300_000, RandomAccess.Read(disk, buffer.AsSpan(0, 300_000), expected.Length - 300_000));
            Assert.True(expected.AsSpan(expected.Length - 300_000).SequenceEqual(buffer.AsSpan(0, 300_000)));
            Assert.Equal(150_001, RandomAccess.Read(disk, buffer.AsSpan(0, 400_000), expected.Length - 150_001));
            Assert.True(expected.AsSpan(expected.Length - 150_001).SequenceEqual(buffer.AsSpan(0, 150_001)));
            Assert.Equal(0, RandomAccess.Read(disk, buffer.AsSpan(0, 400_000), expected.Length + 5));
            byte[] more = new byte[300_000 + step];
            new Random(step).NextBytes(more);
            RandomAccess.Write(disk, more, expected.Length);
            expected = [.. expected, .. more];
        }
        disk.Dispose();
        volume.Unmount();
        Assert.Equal(expected, File.ReadAllBytes(file.Path));
    }

    [MountFact]
    public void AFileThatSomebodyTruncates_IsReadAsFarAsItGoes()
    {
        using BackingFile file = new(Memory, 4 << 20);
        using MountedVolume volume = MountedVolume.Start(file.Spec, FittingRequests);
        using SafeFileHandle disk = File.OpenHandle(volume.Disk);
        byte[] buffer = new byte[400_000];
        Shell.Run($"truncate -s 1100000 '{file.Path}'");
        for (int round = 0; round < 8; round++)
        {
            Assert.Equal(100_000, RandomAccess.Read(disk, buffer, 1_000_000));
            Assert.True(file.Bytes.AsSpan(1_000_000, 100_000).SequenceEqual(buffer.AsSpan(0, 100_000)));
            Assert.Equal(0, RandomAccess.Read(disk, buffer, 2_000_000));
            Assert.Equal(400_000, RandomAccess.Read(disk, buffer, 4321));
            Assert.True(file.Bytes.AsSpan(4321, 400_000).SequenceEqual(buffer));
        }
        disk.Dispose();
        volume.Unmount();
    }

    private static int ReadFully(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        int done = 0;
        while (RandomAccess.Read(file, buffer[done..], offset + done) is > 0 and var bytes)
            done += bytes;
        return done;
    }

    private static long BytesReadBy(int process)
    {
        string line = File.ReadLines($"/proc/{process}/io").First(text => text.StartsWith("rchar:"));
        return long.Parse(line["rchar:".Length..], CultureInfo.InvariantCulture);
    }

    /// <summary>A file of known random bytes, all of them in the page cache.</summary>
    private sealed class BackingFile : IDisposable
    {
        internal BackingFile(string folder, int size)
        {
            Path = System.IO.Path.Combine(folder, $"iomerge-spliced-{Guid.NewGuid():N}");
            Bytes = new byte[size];
            new Random(size).NextBytes(Bytes);
            File.WriteAllBytes(Path, Bytes);
        }

        internal string Path { get; }

        internal byte[] Bytes { get; }

        internal string Spec => $"file:{Path},direct=off";

        public void Dispose() => File.Delete(Path);
    }
}
