using System.Text;
using IoMerge.Backends;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Volumes;

/// <summary>
/// One store behind one elevator, under a name: what the mount shows as one regular file. It knows nothing of the FUSE
/// protocol. All members may be used from any thread.
/// </summary>
public sealed class Volume
{
    private const int MaxNameBytes = 255;

    private readonly byte[] _nameBytes;

    /// <summary>Names a scheduler and gives it an owner and permissions. The scheduler stays the caller's to dispose
    /// of.</summary>
    /// <param name="name">The name of the file: 1 to 255 bytes of UTF-8 without '/' and NUL, neither "." nor
    /// "..".</param>
    /// <param name="scheduler">What carries the I/O.</param>
    /// <param name="options">Owner, permissions, read-only or not.</param>
    /// <param name="time">The clock of the file's times.</param>
    /// <exception cref="ArgumentException">The name cannot be the name of a file.</exception>
    public Volume(string name, IoScheduler scheduler, VolumeOptions options, TimeProvider time)
    {
        if (!IsValidName(name))
            throw new ArgumentException($"\"{name}\" cannot be the name of a volume: it must have 1 to {MaxNameBytes} "
                + "bytes, no '/' and no NUL, and be neither \".\" nor \"..\".", nameof(name));
        Name = name;
        Scheduler = scheduler;
        Options = options;
        Times = new VolumeTimes(time);
        _nameBytes = Encoding.UTF8.GetBytes(name);
    }

    /// <summary>The name of the file.</summary>
    public string Name { get; }

    /// <summary>What carries the I/O.</summary>
    public IoScheduler Scheduler { get; }

    /// <summary>Owner, permissions, read-only or not.</summary>
    public VolumeOptions Options { get; }

    /// <summary>What the store demands and can do.</summary>
    public BackendGeometry Geometry => Scheduler.Backend.Geometry;

    /// <summary>Size in bytes at this moment.</summary>
    public long Size => Scheduler.Backend.Size;

    /// <summary>True when nothing may be changed, by configuration or by the store.</summary>
    public bool IsReadOnly => Options.ReadOnly || Geometry.IsReadOnly;

    /// <summary>True when writes beyond the end, and truncation, are served.</summary>
    public bool CanResize => Geometry.CanResize && !IsReadOnly;

    /// <summary>The name as it travels.</summary>
    internal ReadOnlySpan<byte> NameBytes => _nameBytes;

    /// <summary>The times of the file.</summary>
    internal VolumeTimes Times { get; }

    /// <summary>The failure of a write that nobody could be told of.</summary>
    internal WriteErrors WriteErrors { get; } = new();

    /// <summary>The name, for messages.</summary>
    public override string ToString() => Name;

    /// <summary>True when a text can be the name of a volume.</summary>
    public static bool IsValidName(string? name) =>
        !string.IsNullOrEmpty(name) && name is not ("." or "..") && !name.AsSpan().ContainsAny('/', '\0')
        && Encoding.UTF8.GetByteCount(name) <= MaxNameBytes;
}
