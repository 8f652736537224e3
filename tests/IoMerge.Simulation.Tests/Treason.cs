using IoMerge.Backends;
using IoMerge.Scheduler;

namespace IoMerge.Simulation.Tests;

/// <summary>
/// Breaks the order within a plug before the real scheduler gets it, while the history remembers the true one: what
/// comes out is what a scheduler with that bug does. Once in a plug at most; nothing else is changed.
/// </summary>
internal static class Treason
{
    /// <summary>Commits the bug, where the plug has an occasion for it.</summary>
    internal static void Commit(PlantedBug bug, IoRequest[] plug)
    {
        Func<IoRequest, IoRequest, bool>? mayNotPass = bug switch
        {
            PlantedBug.EarlyOverlap => (earlier, later) =>
                (earlier.Kind.Changes() || later.Kind.Changes()) && earlier.Extent.Overlaps(later.Extent),
            PlantedBug.EarlyFlush => (earlier, later) => earlier.Kind.Changes() && later.Kind == IoKind.Flush,
            _ => null,
        };
        if (mayNotPass is null)
            return;
        for (int later = 1; later < plug.Length; later++)
        {
            int earlier = Array.FindIndex(plug, 0, later, request => mayNotPass(request, plug[later]));
            if (earlier < 0)
                continue;
            IoRequest passing = plug[later];
            Array.Copy(plug, earlier, plug, earlier + 1, later - earlier);
            plug[earlier] = passing;
            return;
        }
    }
}
