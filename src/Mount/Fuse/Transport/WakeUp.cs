using System.Runtime.InteropServices;
using IoMerge.Backends;
using Tmds.Linux;

namespace IoMerge.Mount.Fuse.Transport;

/// <summary>
/// Waits for a channel, for the completions of stores, and is woken from other threads all the same: an eventfd(2) and
/// the stores' descriptors beside the channel in poll(2).
/// </summary>
internal sealed unsafe class WakeUp : IDisposable
{
    private readonly int _event;
    private readonly int[] _completions;

    /// <param name="completions">Descriptors of stores, readable while completions lie ready.</param>
    public WakeUp(IReadOnlyList<int> completions)
    {
        _completions = [.. completions];
        _event = LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK);
        if (_event < 0)
            throw new IOException($"eventfd failed: {new Errno(Marshal.GetLastPInvokeError())}.");
    }

    /// <summary>Ends the present wait, or the next one. Any thread.</summary>
    public void Signal()
    {
        ulong one = 1;
        while (LibC.write(_event, &one, sizeof(ulong)) < 0 && Marshal.GetLastPInvokeError() == LibC.EINTR)
        {
        }
    }

    /// <summary>
    /// Sleeps until something happens to the channel, completions lie ready, or <see cref="Signal"/> is called. One
    /// thread at a time.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="takesRequests">True to wake for requests; false to wake for the end of the connection only.</param>
    /// <returns>True when something happened to the channel.</returns>
    public bool Wait(FuseChannel channel, bool takesRequests)
    {
        int count = 2 + _completions.Length;
        pollfd* polls = stackalloc pollfd[count];
        polls[0] = new pollfd { fd = channel.Fd, events = takesRequests ? LibC.POLLIN : (short)0 };
        polls[1] = new pollfd { fd = _event, events = LibC.POLLIN };
        for (int index = 2; index < count; index++)
            polls[index] = new pollfd { fd = _completions[index - 2], events = LibC.POLLIN };
        while (LibC.poll(polls, (uint)count, -1) < 0 && Marshal.GetLastPInvokeError() == LibC.EINTR)
        {
        }
        ulong signals;
        if (polls[1].revents != 0)
            _ = LibC.read(_event, &signals, sizeof(ulong));
        return polls[0].revents != 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _ = LibC.close(_event);
}
