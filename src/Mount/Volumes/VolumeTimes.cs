namespace IoMerge.Mount.Volumes;

/// <summary>
/// The times of a volume's file, in nanoseconds since 1970. They live in memory and start when the volume does: stores
/// are arrays of bytes and have none. Any thread.
/// </summary>
internal sealed class VolumeTimes
{
    private const int NanosecondsPerTick = 100;

    private readonly TimeProvider _time;
    private long _access;
    private long _modification;
    private long _change;

    public VolumeTimes(TimeProvider time)
    {
        _time = time;
        _access = _modification = _change = Now;
    }

    /// <summary>This moment.</summary>
    public long Now => (_time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * NanosecondsPerTick;

    /// <summary>When the file was last read, as far as callers said so: reads themselves leave no trace.</summary>
    public long Access
    {
        get => Volatile.Read(ref _access);
        set => Volatile.Write(ref _access, value);
    }

    /// <summary>When its bytes last changed.</summary>
    public long Modification
    {
        get => Volatile.Read(ref _modification);
        set => Volatile.Write(ref _modification, value);
    }

    /// <summary>When its bytes or attributes last changed.</summary>
    public long Change
    {
        get => Volatile.Read(ref _change);
        set => Volatile.Write(ref _change, value);
    }

    /// <summary>Notes that bytes have changed now.</summary>
    public void Modified() => Modification = Change = Now;
}
