namespace IoMerge.Backends.Decorators;

/// <summary>
/// A token bucket as a schedule: it knows until when what was let through has used up the rate, and says when the next
/// one may go. Pure arithmetic on timestamps; not thread-safe.
/// </summary>
/// <remarks>
/// Something larger than the bucket goes when everything before it is paid, and those after it wait longer: nothing
/// waits for tokens that can never gather.
/// </remarks>
/// <param name="tokensPerSecond">Greater than 0.</param>
/// <param name="frequency">Timestamps a second.</param>
/// <param name="burst">How far the schedule may lag behind the present, in timestamps.</param>
internal sealed class TokenBucket(double tokensPerSecond, long frequency, long burst)
{
    private readonly double _timestampsPerToken = frequency / tokensPerSecond;
    private double _paidUntil = double.MinValue;

    /// <summary>Takes tokens.</summary>
    /// <returns>When they are there; not after <paramref name="now"/> when they are there already.</returns>
    internal double Take(double tokens, long now)
    {
        double goes = Math.Max(_paidUntil, (double)now - burst);
        _paidUntil = goes + (tokens * _timestampsPerToken);
        return goes;
    }
}
