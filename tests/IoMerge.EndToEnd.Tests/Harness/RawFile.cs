using System.Runtime.InteropServices;

namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>
/// A file reached by plain system calls, so that a test sees the very errno a caller gets. Results are byte counts,
/// or the negative errno. Transfers may be made from several threads.
/// </summary>
internal sealed unsafe class RawFile : IDisposable
{
    private readonly int _fd;

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

    /// <inheritdoc/>
    public void Dispose() => _ = Native.Close(_fd);

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
