using IoMerge.Backends.Rbd;

namespace IoMerge.Mount.Configuration;

/// <summary>The settings of the kind <c>rbd</c>, one of <see cref="BackendKinds"/>.</summary>
internal static class RbdKind
{
    public static KindInfo Info { get; } = new(
        "rbd", "An image or a snapshot of a Ceph cluster, through librbd, which is loaded when a volume wants it.",
        new KnobTable<RbdBackendOptions>(new RbdBackendOptions(),
            Knobs<RbdBackendOptions>.Text("Image", "name", RbdName.Rule, "The image. Required.",
                o => o.Image, (o, v) => o with { Image = v }, text => RbdName.TryParse(text, out _)),
            Path("Conf", "Ceph's configuration; empty is where Ceph looks itself, /etc/ceph/ceph.conf before all.",
                o => o.Conf, (o, v) => o with { Conf = v }),
            Knobs<RbdBackendOptions>.Text("Id", "name", RbdBackendOptions.IdRule,
                "The Ceph user; empty is admin.",
                o => o.Id, (o, v) => o with { Id = v }, RbdBackendOptions.IsId),
            Path("Keyring", "The file with that user's key; empty is where Ceph's configuration says. A key itself is "
                + "never a setting.",
                o => o.Keyring, (o, v) => o with { Keyring = v }),
            Knobs<RbdBackendOptions>.Text("Namespace", "name", RbdBackendOptions.NamespaceRule,
                "The namespace within the pool; empty is the one that Image names, or none.",
                o => o.Namespace, (o, v) => o with { Namespace = v }, RbdBackendOptions.IsNamespace),
            Knobs<RbdBackendOptions>.Switch("ExclusiveLock",
                "Holds the image's exclusive lock, so that no second client writes to it.",
                o => o.ExclusiveLock, (o, v) => o with { ExclusiveLock = v }),
            Knobs<RbdBackendOptions>.Switch("Cache",
                "Lets librbd cache in this process' memory (rbd_cache); what it holds is safe after a flush only.",
                o => o.Cache, (o, v) => o with { Cache = v }),
            Knobs<RbdBackendOptions>.Switch("IoScheduler",
                "Lets librbd's own scheduler hold back and merge writes (rbd_io_scheduler).",
                o => o.IoScheduler, (o, v) => o with { IoScheduler = v }),
            Knobs<RbdBackendOptions>.Whole("ConnectTimeoutMs", "ms", 1000, 3_600_000,
                "Longest wait for the monitors at the start, rounded up to whole seconds.",
                o => o.ConnectTimeoutMs, (o, v) => o with { ConnectTimeoutMs = (int)v }),
            Knobs<RbdBackendOptions>.Whole("RequestTimeoutMs", "ms", 0, 3_600_000,
                "Longest wait for the answer to an operation, rounded up to whole seconds; then it is ETIMEDOUT. "
                + "0 is as long as it takes, at the start, too.",
                o => o.RequestTimeoutMs, (o, v) => o with { RequestTimeoutMs = (int)v })),
        o => ((RbdBackendOptions)o).Validate());

    private static Knob<RbdBackendOptions> Path(string name, string purpose, Func<RbdBackendOptions, string> get,
        Func<RbdBackendOptions, string, RbdBackendOptions> with) =>
        Knobs<RbdBackendOptions>.Text(name, "path", "a path without NUL, or empty", purpose, get, with,
            text => !text.Contains('\0'));
}
