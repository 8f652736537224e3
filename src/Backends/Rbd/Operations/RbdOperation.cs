using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IoMerge.Backends.Rbd.Native;

namespace IoMerge.Backends.Rbd;

/// <summary>
/// One operation on its way through librbd: pooled, with a number by which the callback finds it, and with the memory
/// of its vector. What must be durable is a write and, behind it, a flush.
/// </summary>
/// <remarks>
/// <para>Nothing is allocated in managed memory per operation. librbd's own completion (one small native object) is
/// made and released each time, because its interface has no way to use one again.</para>
/// <para>Unsafe for two reasons. librbd keeps the pointer to a read's vector until the operation's end, so the vector
/// is copied to native memory that lives as long as this object, which returns to the pool only after the callback.
/// And the callback is called by native code: it takes nothing from there but a number, which is checked, and no
/// exception leaves it.</para>
/// </remarks>
internal sealed unsafe class RbdOperation : IDisposable
{
    private readonly ImageCalls _calls;
    private readonly OperationPool _pool;
    private IoSegment* _vector;
    private int _capacity;
    private BackendIo? _io;
    private Extent _extent;
    private bool _mustFlush;

    internal RbdOperation(ImageCalls calls, OperationPool pool)
    {
        _calls = calls;
        _pool = pool;
        Number = OperationTable.Add(this);
    }

    /// <summary>What the callback brings back.</summary>
    internal int Number { get; }

    /// <summary>The link of the pool.</summary>
    internal RbdOperation? NextFree { get; set; }

    /// <summary>Starts it; the end is told to <paramref name="io"/>, perhaps before this returns.</summary>
    /// <param name="io">What is to be done.</param>
    /// <param name="extent">The part of its extent that is to be done; not empty, except for a flush.</param>
    internal void Start(BackendIo io, Extent extent)
    {
        _io = io;
        _extent = extent;
        _mustFlush = io.Kind.Changes() && (io.Flags & (IoFlags.DataSync | IoFlags.Sync)) != 0;
        int count = io.Kind.IsTransfer() ? FillVector(io.Segments, extent.Length) : 0;
        StartCall(io.Kind, count, (io.Flags & IoFlags.Unmap) != 0);
    }

    /// <summary>Gives the memory and the number back.</summary>
    public void Dispose()
    {
        OperationTable.Remove(Number);
        NativeMemory.Free(_vector);
        _vector = null;
    }

    /// <summary>Copies the segments, cut to the part that is to be transferred.</summary>
    private int FillVector(ReadOnlySpan<IoSegment> segments, long length)
    {
        if (segments.Length > _capacity)
        {
            _vector = (IoSegment*)NativeMemory.Realloc(_vector, (nuint)segments.Length * (nuint)sizeof(IoSegment));
            _capacity = segments.Length;
        }
        int count = 0;
        foreach (IoSegment segment in segments)
        {
            if (length == 0)
                break;
            nint part = (nint)Math.Min(segment.Length, length);
            _vector[count++] = new IoSegment(segment.Address, part);
            length -= part;
        }
        return count;
    }

    private void StartCall(IoKind kind, int count, bool unmap)
    {
        nint completion;
        int error = RbdCalls.rbd_aio_create_completion(Number, &OnCompleted, &completion);
        if (error >= 0)
        {
            error = _calls.Start(kind, _extent, _vector, count, unmap, completion);
            if (error >= 0)
                return; // From here on the operation may already be another's.
            RbdCalls.rbd_aio_release(completion);
        }
        Finish(error);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnCompleted(nint completion, nint number)
    {
        long result = RbdCalls.rbd_aio_get_return_value(completion);
        RbdCalls.rbd_aio_release(completion);
        if (OperationTable.Find(number) is not { } operation)
            return;
        ImageCalls calls = operation._calls;
        try
        {
            operation.Advance(result);
        }
#pragma warning disable CA1031 // An exception that left here would end the process; it is kept, not lost.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            calls.Remember(fault);
        }
    }

    private void Advance(long result)
    {
        if (result >= 0 && _mustFlush)
        {
            _mustFlush = false;
            StartCall(IoKind.Flush, 0, false);
            return;
        }
        Finish(result);
    }

    private void Finish(long result)
    {
        BackendIo io = _io!;
        Extent extent = _extent;
        _io = null;
        // Before the end is told: whoever hears of it submits the next one, which finds this one warm.
        _pool.Return(this);
        if (result < 0)
        {
            _calls.Trouble.Tell(io.Kind, extent, result);
            io.Complete(RbdErrors.ToErrno(result), 0);
            return;
        }
        // librbd reports no count for a write: it is whole or it failed.
        io.Complete(Errno.None, io.Kind switch
        {
            IoKind.Read => Math.Min(result, extent.Length),
            IoKind.Write => extent.Length,
            _ => 0,
        });
    }
}
