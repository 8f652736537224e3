using System.Runtime.InteropServices;

namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>
/// A file reached by plain system calls, so that a test sees the very errno a caller gets. Results are byte counts,
/// or the negative errno. Transfers may be made from several threads.
/// </summary>
internal sealed unsafe class RawFile : IDisposable
{
    private int _fd;

    internal RawFile(string path, int flags = Native.O_RDWR)
    {
        _fd = Native.Open(path, flags | Native.O_CLOEXEC);
        if (_fd < 0)
            throw new IOException($"open {path}: errno {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>The errno of opening, 0 when that works.</summary>
    internal static int OpenErrno(string path, int flags)
    {
        int fd = Native.Open(path, flags | Native.O_CLOEXEC);
        return fd < 0 ? Marshal.GetLastPInvokeError() : Native.Close(fd);
    }

    internal long Write(ReadOnlySpan<byte> data, long offset)
    {
        fixed (byte* start = data)
            return Result(Native.Pwrite(_fd, start, data.Length, offset));
    }

    internal long Read(Span<byte> data, long offset)
    {
        fixed (byte* start = data)
            return Result(Native.Pread(_fd, start, data.Length, offset));
    }

    internal long Sync() => Result(Native.Fsync(_fd));

    internal long Seek(long offset, int whence) => Result(Native.Lseek(_fd, offset, whence));

    /// <summary>Closes it, and returns what close(2) said.</summary>
    internal long Close() => Result(Native.Close(Interlocked.Exchange(ref _fd, -1)));

    /// <summary>
    /// Changes the first byte through a shared mapping, and unmaps: the kernel writes the page by then, and tells
    /// nobody how that went.
    /// </summary>
    internal void ChangeThroughMapping()
    {
        nint mapping = Native.Mmap(0, Environment.SystemPageSize, Native.PROT_READ_WRITE, Native.MAP_SHARED, _fd, 0);
        Assert.True(mapping != -1, $"mmap: errno {Marshal.GetLastPInvokeError()}");
        *(byte*)mapping ^= 0xFF;
        Assert.Equal(0, Native.Munmap(mapping, Environment.SystemPageSize));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_fd >= 0)
            _ = Close();
    }

    private static long Result(long value) => value < 0 ? -Marshal.GetLastPInvokeError() : value;
}

/// <summary>A page-aligned buffer, as O_DIRECT asks for.</summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    private readonly void* _memory;
    private readonly int _length;

    internal AlignedBuffer(int length)
    {
        _memory = NativeMemory.AlignedAlloc((nuint)length, 4096);
        _length = length;
    }

    internal Span<byte> Span => new(_memory, _length);

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_memory);
}
