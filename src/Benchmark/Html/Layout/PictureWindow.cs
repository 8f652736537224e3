using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Layout;

/// <summary>
/// The part of an elevator's picture that is drawn. A long one is cut after a time instead of thinned out: a box
/// without the arrivals it carried would be a lie.
/// </summary>
/// <param name="Arrivals">Arrivals in it, by time.</param>
/// <param name="Operations">Operations dispatched in it, by time.</param>
/// <param name="EndUs">Where it ends, in microseconds.</param>
/// <param name="FullUs">Where the whole picture ends.</param>
internal sealed record PictureWindow(
    IReadOnlyList<PictureArrival> Arrivals, IReadOnlyList<PictureOperation> Operations, double EndUs, double FullUs)
{
    /// <summary>Whether something was cut off.</summary>
    public bool IsCut => EndUs < FullUs;

    /// <summary>Cuts a picture to a number of operations and four times as many arrivals.</summary>
    /// <param name="picture">The picture; events whose times are no numbers are ignored.</param>
    /// <param name="most">Operations to keep, at least 1.</param>
    public static PictureWindow Of(ElevatorPicture picture, int most)
    {
        PictureArrival[] arrivals =
            [.. picture.Arrivals.Where(arrival => double.IsFinite(arrival.AtUs)).OrderBy(arrival => arrival.AtUs)];
        PictureOperation[] operations =
        [
            .. picture.Operations
                .Where(operation => double.IsFinite(operation.FromUs) && double.IsFinite(operation.ToUs))
                .OrderBy(operation => operation.FromUs),
        ];
        double full = Math.Max(
            arrivals.Length == 0 ? 0 : arrivals[^1].AtUs,
            operations.Length == 0 ? 0 : operations.Max(operation => operation.ToUs));
        double end = full;
        if (operations.Length > most)
            end = Math.Min(end, operations[most].FromUs);
        if (arrivals.Length > 4 * most)
            end = Math.Min(end, arrivals[4 * most].AtUs);
        // A burst at the very end would be torn; one that is all there is has to be.
        double first = Math.Min(
            arrivals.Length == 0 ? end : arrivals[0].AtUs, operations.Length == 0 ? end : operations[0].FromUs);
        bool IsShown(double at) => end == full || at < end || end == first;
        return new PictureWindow(
            [.. arrivals.Where(arrival => IsShown(arrival.AtUs)).Take(4 * most)],
            [.. operations.Where(operation => IsShown(operation.FromUs)).Take(most)],
            end, full);
    }
}
