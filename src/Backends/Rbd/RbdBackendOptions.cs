namespace IoMerge.Backends.Rbd;

/// <summary>A volume in an image of a Ceph cluster.</summary>
/// <remarks>
/// There is no option for a key: keys come from keyring files, so that none is in a configuration, a log or the command
/// line of a process.
/// </remarks>
public sealed record RbdBackendOptions
{
    /// <summary>
    /// The image, as the program <c>rbd</c> writes it: <c>pool/image</c>, <c>pool/namespace/image</c>, each with
    /// <c>@snapshot</c> behind it when that state of the image is meant. Required.
    /// </summary>
    public string Image { get; set; } = "";

    /// <summary>
    /// The cluster's configuration file; empty: where Ceph looks itself ($CEPH_CONF, /etc/ceph/ceph.conf,
    /// ~/.ceph/ceph.conf).
    /// </summary>
    public string Conf { get; set; } = "";

    /// <summary>Which Ceph user to be, without <c>client.</c>; empty: admin.</summary>
    public string Id { get; set; } = "";

    /// <summary>The file with the user's key; empty: where the configuration says.</summary>
    public string Keyring { get; set; } = "";

    /// <summary>The namespace within the pool; empty: the one in <see cref="Image"/>, else none.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>True to open for reading only. A snapshot is read-only anyhow.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>
    /// True to hold the image's exclusive lock while it is open, so that no second client writes to it. Images without
    /// that feature are opened without the lock.
    /// </summary>
    public bool ExclusiveLock { get; set; } = true;

    /// <summary>True to let librbd cache reads and writes in the memory of this process.</summary>
    public bool Cache { get; set; }

    /// <summary>True to let librbd's own scheduler hold back and merge writes.</summary>
    public bool IoScheduler { get; set; }

    /// <summary>
    /// Longest wait for the monitors at opening, in milliseconds, 1000 to 3600000; Ceph counts whole seconds, so it is
    /// rounded up to them.
    /// </summary>
    public int ConnectTimeoutMs { get; set; } = 15_000;

    /// <summary>
    /// Longest wait for the cluster's answer to one operation, in milliseconds, to 3600000 and rounded up to whole
    /// seconds; after it the operation fails with ETIMEDOUT. 0: as long as it takes, which at opening may be
    /// for ever.
    /// </summary>
    public int RequestTimeoutMs { get; set; } = 60_000;

    /// <summary>
    /// Everything that is wrong with these options by themselves; empty when the image may be opened.
    /// </summary>
    public IEnumerable<OptionFault> Validate()
    {
        if (!RbdName.TryParse(Image, out RbdName? name))
            yield return new OptionFault(nameof(Image), Image, RbdName.Rule);
        foreach ((string key, string value) in new[] { (nameof(Conf), Conf), (nameof(Keyring), Keyring) })
        {
            if (value.Contains('\0', StringComparison.Ordinal))
                yield return new OptionFault(key, value, "a path, or empty");
        }
        if (!IsId(Id))
            yield return new OptionFault(nameof(Id), Id, IdRule);
        if (!IsNamespace(Namespace))
            yield return new OptionFault(nameof(Namespace), Namespace, NamespaceRule);
        else if (name is { Namespace.Length: > 0 } && Namespace.Length > 0 && Namespace != name.Namespace)
            yield return new OptionFault(nameof(Namespace), Namespace, "the namespace that Image names, or empty");
        if (ConnectTimeoutMs is < 1000 or > 3_600_000)
            yield return new OptionFault(nameof(ConnectTimeoutMs), $"{ConnectTimeoutMs}", "1000 to 3600000");
        if (RequestTimeoutMs is not 0 and (< 1000 or > 3_600_000))
            yield return new OptionFault(nameof(RequestTimeoutMs), $"{RequestTimeoutMs}", "0 or 1000 to 3600000");
    }

    /// <summary>What a user's id must be, as the end of the sentence "must be ...".</summary>
    public const string IdRule = "the name of a Ceph user without \"client.\", or empty";

    /// <summary>What a namespace must be, as the end of the sentence "must be ...".</summary>
    public const string NamespaceRule = "the name of a namespace, without \"/\" and \"@\", or empty";

    /// <summary>True when a text can be the name of a namespace, or is empty.</summary>
    public static bool IsNamespace(string text) => RbdName.IsPartOrEmpty(text);

    /// <summary>True when a text can be the id of a Ceph user, or is empty.</summary>
    public static bool IsId(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return RbdName.IsPartOrEmpty(text) && !text.StartsWith("client.", StringComparison.Ordinal);
    }
}
