namespace IoMerge.Testing.Processes;

/// <summary>Waits for a condition, never for a time.</summary>
public static class Until
{
    /// <summary>Returns as soon as <paramref name="condition"/> holds.</summary>
    /// <exception cref="TimeoutException">It did not within <paramref name="limit"/> (default two minutes).</exception>
    public static void True(Func<bool> condition, Func<string> otherwise, TimeSpan? limit = null)
    {
        if (!SpinWait.SpinUntil(condition, limit ?? TimeSpan.FromMinutes(2)))
            throw new TimeoutException(otherwise());
    }
}
