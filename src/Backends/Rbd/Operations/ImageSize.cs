using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IoMerge.Backends.Rbd.Native;
using Microsoft.Extensions.Logging;

namespace IoMerge.Backends.Rbd;

/// <summary>
/// The size of an open image, which others may change (<c>rbd resize</c>): librbd says when, and the size is asked for
/// again on another thread, because librbd's must not wait.
/// </summary>
internal sealed unsafe partial class ImageSize : IDisposable
{
    private readonly Lock _gate = new();
    private readonly nint _image;
    private readonly RbdName _name;
    private readonly ILogger _logger;
    private readonly GCHandle _self;
    private readonly bool _watched;
    private readonly ulong _watch;
    private long _size;
    private bool _closed;

    internal ImageSize(nint image, RbdName name, long size, ILogger logger)
    {
        _image = image;
        _name = name;
        _size = size;
        _logger = logger;
        // One handle for the image, none for an operation.
        _self = GCHandle.Alloc(this);
        _watched = RbdCalls.rbd_update_watch(image, out _watch, &OnUpdated, GCHandle.ToIntPtr(_self)) >= 0;
    }

    /// <summary>Bytes at this moment. Any thread.</summary>
    internal long Current => Volatile.Read(ref _size);

    /// <summary>Ends the watch; waits for a look that is under way. The image must still be open.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
        }
        // After this returns no callback runs and none will come.
        if (_watched)
            _ = RbdCalls.rbd_update_unwatch(_image, _watch);
        _self.Free();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnUpdated(nint argument)
    {
        if (GCHandle.FromIntPtr(argument).Target is ImageSize size)
            ThreadPool.UnsafeQueueUserWorkItem(static image => image.Look(), size, preferLocal: false);
    }

    private void Look()
    {
        lock (_gate)
        {
            if (_closed || RbdCalls.rbd_get_size(_image, out ulong bytes) < 0)
                return;
            long before = _size;
            Volatile.Write(ref _size, (long)Math.Min(bytes, long.MaxValue));
            if (_size != before)
                LogResized(_logger, _name, before, _size);
        }
    }

    [LoggerMessage(6, LogLevel.Information, "{Image} was resized from {Before} to {Now} bytes")]
    private static partial void LogResized(ILogger logger, RbdName image, long before, long now);
}
