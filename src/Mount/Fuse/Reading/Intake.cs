using IoMerge.Backends;
using IoMerge.Mount.Fuse.Memory;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Traces;

namespace IoMerge.Mount.Fuse.Reading;

/// <summary>What one reader lends to the handlers of the requests that it takes. Not thread-safe.</summary>
/// <param name="Plug">Where a request for a scheduler goes.</param>
/// <param name="Landing">Where the data of a write has landed.</param>
/// <param name="Requests">Where objects for requests come from.</param>
/// <param name="Lane">Where arrivals are recorded; null when they are not.</param>
internal sealed record Intake(Plug Plug, PayloadLanding Landing, FuseRequestPool Requests, ArrivalLane? Lane)
{
    /// <summary>Hands a prepared request over: to the recording, if there is one, and to the plug.</summary>
    /// <param name="request">The message that asked for it.</param>
    /// <param name="volume">Index of its volume.</param>
    /// <param name="io">The request.</param>
    public void Admit(in FuseRequest request, int volume, FuseIoRequest io)
    {
        // The search for data and holes moves no bytes: traces do not have it.
        if (Lane is not null && io.Kind <= IoKind.Resize)
            Lane.Record(volume, io.Kind, io.Flags, io.Extent, CallerOf(request));
        Plug.Add(volume, io);
    }

    // The kernel's own write-back has no caller.
    private static int CallerOf(in FuseRequest request) =>
        request.Header.pid <= int.MaxValue ? (int)request.Header.pid : 0;
}
