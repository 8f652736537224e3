namespace IoMerge.Backends.Decorators;

/// <summary>Durations in a time provider's timestamps.</summary>
internal static class Timestamps
{
    internal const double MicrosecondsPerSecond = 1e6;

    internal static long FromMicroseconds(this TimeProvider time, double microseconds) =>
        (long)(microseconds * (time.TimestampFrequency / MicrosecondsPerSecond));

    internal static long ToMicroseconds(this TimeProvider time, long timestamps) =>
        (long)(timestamps * (MicrosecondsPerSecond / time.TimestampFrequency));
}
