namespace IoMerge.Benchmark.Models;

/// <summary>
/// A quota with credit: a rate that is granted always, credit that grows with it while it is not used up, and a higher
/// rate at which credit may be spent. Served in order.
/// </summary>
/// <param name="perSecond">The rate that is granted.</param>
/// <param name="peakPerSecond">The rate while there is credit; not below the granted one.</param>
/// <param name="credit">The most credit; a bucket begins full. 0 grants no burst.</param>
internal sealed class QuotaBucket(double perSecond, double peakPerSecond, double credit)
{
    private double _credit = double.MaxValue;
    private double _creditAtNs;
    private double _freeAtNs;

    /// <summary>When something of that cost that comes at a time may go; takes its cost.</summary>
    internal double Take(double nowNs, double cost)
    {
        double atNs = Math.Max(nowNs, _freeAtNs);
        // What costs more than all credit must be granted once that much time has passed.
        double most = Math.Max(credit, cost);
        double there = Math.Min(most, _credit + (atNs - _creditAtNs) * perSecond / Units.SecondNs);
        if (there < cost)
        {
            atNs += (cost - there) * Units.SecondNs / perSecond;
            there = cost;
        }
        _credit = there - cost;
        _creditAtNs = atNs;
        _freeAtNs = atNs + cost * Units.SecondNs / peakPerSecond;
        return atNs;
    }
}
