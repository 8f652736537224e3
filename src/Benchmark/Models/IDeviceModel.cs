namespace IoMerge.Benchmark.Models;

/// <summary>What a device is asked to do.</summary>
public enum DeviceWork
{
    /// <summary>Bytes from the device.</summary>
    Read,

    /// <summary>Bytes to the device.</summary>
    Write,

    /// <summary>Something without bytes: a flush, a discard, a change of size.</summary>
    Command,
}

/// <summary>An operation on its way to a device.</summary>
/// <param name="Id">The submitter's name for it, given back when it completes.</param>
/// <param name="Work">What is asked.</param>
/// <param name="Offset">First byte, inside the device.</param>
/// <param name="Length">Bytes; 0 for a command.</param>
public readonly record struct DeviceOperation(int Id, DeviceWork Work, long Offset, long Length);

/// <summary>
/// How long a device takes, in virtual time: told what is submitted and when, it says when what completes. It moves no
/// byte, knows no clock and no thread, and with the same calls gives the same answers to the bit. Not thread-safe.
/// </summary>
public interface IDeviceModel
{
    /// <summary>Size of the device in bytes.</summary>
    long Capacity { get; }

    /// <summary>
    /// When the next operation completes, in nanoseconds of the submitter's time; <see cref="long.MaxValue"/> while
    /// nothing is inside.
    /// </summary>
    long NextCompletionNs { get; }

    /// <summary>Takes an operation. Any number may be inside.</summary>
    /// <param name="operation">What is to be done.</param>
    /// <param name="nowNs">The time, not before that of the call before.</param>
    void Submit(in DeviceOperation operation, long nowNs);

    /// <summary>
    /// Ends the operation that completes at <see cref="NextCompletionNs"/>; among equals, the one that was submitted
    /// first.
    /// </summary>
    /// <returns>Its <see cref="DeviceOperation.Id"/>.</returns>
    int TakeCompleted();
}
