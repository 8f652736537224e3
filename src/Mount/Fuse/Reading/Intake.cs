using IoMerge.Mount.Fuse.Memory;
using IoMerge.Mount.Fuse.Requests;

namespace IoMerge.Mount.Fuse.Reading;

/// <summary>What one reader lends to the handlers of the requests that it takes. Not thread-safe.</summary>
/// <param name="Plug">Where a request for a scheduler goes.</param>
/// <param name="Landing">Where the data of a write has landed.</param>
/// <param name="Requests">Where objects for requests come from.</param>
internal sealed record Intake(Plug Plug, PayloadLanding Landing, FuseRequestPool Requests);
