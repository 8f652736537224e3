using System.Numerics;
using IoMerge.Backends;
using IoMerge.Benchmark.Optimum;

namespace IoMerge.Benchmark.Tests.Optimum;

/// <summary>
/// The fewest operations by trying every schedule: at each step either the next request arrives, if there is room, or
/// any set of outstanding ones that may travel together leaves. It shares nothing with the optimum but the limits.
/// </summary>
/// <param name="arrivals">What arrives, in this order.</param>
/// <param name="limits">The limits to keep.</param>
/// <param name="ordered">Whether requests that overlap, one of them a write, keep their order.</param>
/// <param name="patience">Arrivals so far apart do not travel together.</param>
internal sealed class BruteForce(
    IReadOnlyList<OptimumArrival> arrivals, OptimumLimits limits, bool ordered, int patience = int.MaxValue)
{
    private readonly Dictionary<(int Arrived, int Outstanding), int> _known = [];

    internal int Count() => FewestFrom(0, 0);

    private int FewestFrom(int arrived, int outstanding)
    {
        if (arrived == arrivals.Count && outstanding == 0)
            return 0;
        if (_known.TryGetValue((arrived, outstanding), out int known))
            return known;
        int fewest = int.MaxValue / 2;
        if (arrived < arrivals.Count && HasRoom(arrived, outstanding))
            fewest = FewestFrom(arrived + 1, outstanding | (1 << arrived));
        for (int set = outstanding; set > 0; set = (set - 1) & outstanding)
        {
            if (MayTravel(set) && !(ordered && Overtakes(set, outstanding)))
                fewest = Math.Min(fewest, 1 + FewestFrom(arrived, outstanding & ~set));
        }
        return _known[(arrived, outstanding)] = fewest;
    }

    private bool HasRoom(int next, int outstanding)
    {
        OptimumArrival[] there = [.. Members(outstanding)];
        return there.Length < limits.MaxOutstanding
            && there.Count(a => a.Caller == arrivals[next].Caller) < limits.MaxOutstandingPerCaller;
    }

    private bool MayTravel(int set)
    {
        OptimumArrival[] members = [.. Members(set).OrderBy(m => m.Offset).ThenBy(m => m.Length)];
        if (members.Length == 1)
            return true;
        if (BitOperations.Log2((uint)set) - BitOperations.TrailingZeroCount(set) >= patience)
            return false;
        if (members.Length > limits.MaxRequests || members.DistinctBy(m => (m.Kind, m.Flags)).Count() > 1)
            return false;
        long start = members[0].Offset, reach = start;
        foreach (OptimumArrival member in members)
        {
            bool touches = member.Kind == IoKind.Write
                ? member.Offset == reach : member.Offset <= reach + limits.ReadGapBytes;
            if (!touches)
                return false;
            reach = Math.Max(reach, member.Offset + member.Length);
        }
        return reach - start <= limits.MaxBytes
            && (limits.Boundary == 0 || start / limits.Boundary == (reach - 1) / limits.Boundary)
            && (members[0].Kind == IoKind.Read || members.Length <= limits.MaxSegments);
    }

    private bool Overtakes(int set, int outstanding)
    {
        for (int later = 0; later < arrivals.Count; later++)
        {
            for (int earlier = 0; earlier < later; earlier++)
            {
                bool jumps = (set & (1 << later)) != 0 && (outstanding & ~set & (1 << earlier)) != 0;
                if (jumps && Conflict(arrivals[earlier], arrivals[later]))
                    return true;
            }
        }
        return false;
    }

    private static bool Conflict(OptimumArrival a, OptimumArrival b) =>
        (a.Kind == IoKind.Write || b.Kind == IoKind.Write)
        && new Extent(a.Offset, a.Length).Overlaps(new Extent(b.Offset, b.Length));

    private IEnumerable<OptimumArrival> Members(int set) => arrivals.Where((_, i) => (set & (1 << i)) != 0);
}
