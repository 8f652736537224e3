using IoMerge.Backends;
using IoMerge.Benchmark.Models;

namespace IoMerge.Benchmark.Replay;

/// <summary>
/// A store that moves no byte and takes its time from a device model: operations complete when the replay says that
/// their time has come. It lends readers memory that nobody may look into. Not thread-safe.
/// </summary>
internal sealed class ModelBackend(IDeviceModel device, VirtualClock clock, BusyStretch stretch, int lane) : IBackend
{
    /// <summary>Stands for the memory of writes; it is never looked at, and no two continue each other.</summary>
    internal const nint WriteMemory = 4096;

    private Slot[] _operations = new Slot[64];
    private int[] _freeIds = [.. Enumerable.Range(0, 64)];
    private int _freeCount = 64;
    private bool _isClosing;

    /// <summary>What every model allows.</summary>
    internal static readonly BackendGeometry DeviceGeometry = new()
    {
        IsDurable = true,
        CanResize = true,
        CanDiscard = true,
        CanZero = true,
        CanAllocate = true,
        CanSeekData = true,
        MaxTransferBytes = long.MaxValue,
    };

    public BackendGeometry Geometry => DeviceGeometry;

    public long Size => device.Capacity;

    /// <summary>When the next operation completes; <see cref="long.MaxValue"/> when there is none.</summary>
    internal long NextNs => device.NextCompletionNs;

    /// <summary>Operations inside.</summary>
    internal int InFlight => _operations.Length - _freeCount;

    /// <summary>Requests that travel in them.</summary>
    internal int MembersInFlight { get; private set; }

    public void Submit(BackendIo io)
    {
        if (_isClosing)
        {
            Complete(io);
            return;
        }
        if (_freeCount == 0)
            Grow();
        int id = _freeIds[--_freeCount];
        _operations[id] = new Slot(io, stretch.Left(clock.NowNs, lane, io));
        MembersInFlight += io.MemberCount;
        device.Submit(new DeviceOperation(id, WorkOf(io), io.Extent.Offset, io.Extent.Length), clock.NowNs);
    }

    /// <summary>Completes the operation whose time has come.</summary>
    internal void CompleteNext()
    {
        int id = device.TakeCompleted();
        (BackendIo io, OperationMark mark) = _operations[id];
        _freeIds[_freeCount++] = id;
        MembersInFlight -= io.MemberCount;
        stretch.Ended(mark, clock.NowNs);
        Complete(io);
    }

    /// <summary>From now on everything completes at once: the replay is over, and what comes is the shutdown.</summary>
    internal void Close() => _isClosing = true;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static void Complete(BackendIo io)
    {
        if (io.AcceptsLoan)
            io.CompleteWithLoan(WriteMemory, io.Extent.Length);
        else
            io.Complete(Errno.None, ResultOf(io));
    }

    private static long ResultOf(BackendIo io) => io.Kind switch
    {
        IoKind.Read or IoKind.Write => io.Extent.Length,
        IoKind.SeekData or IoKind.SeekHole => io.Extent.Offset,
        _ => 0,
    };

    // Zeros that need no space are a matter of the device's tables; those that need it are written.
    private static DeviceWork WorkOf(BackendIo io) => io.Kind switch
    {
        IoKind.Read => DeviceWork.Read,
        IoKind.Write => DeviceWork.Write,
        IoKind.Zero when !io.Flags.HasFlag(IoFlags.Unmap) => DeviceWork.Write,
        _ => DeviceWork.Command,
    };

    private void Grow()
    {
        int count = _operations.Length;
        Array.Resize(ref _operations, 2 * count);
        _freeIds = new int[2 * count];
        for (int i = 0; i < count; i++)
            _freeIds[i] = count + i;
        _freeCount = count;
    }

    /// <summary>
    /// An operation inside. A structure, because an array of a base class checks the type of all it takes.
    /// </summary>
    private readonly record struct Slot(BackendIo Io, OperationMark Mark);
}
