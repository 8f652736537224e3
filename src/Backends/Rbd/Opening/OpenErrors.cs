namespace IoMerge.Backends.Rbd;

/// <summary>
/// Turns what Ceph answers at opening into the cause and the way out, for a person. Pure; never names a key.
/// </summary>
/// <param name="options">What was asked for.</param>
/// <param name="name">The image.</param>
/// <param name="monitors">The addresses of the monitors, as configured; empty when there are none.</param>
internal sealed class OpenErrors(RbdBackendOptions options, RbdName name, string monitors)
{
    private const string ConfHint = "name the cluster's configuration with Conf (conf=PATH)";
    private const string KeyringHint = "name the file with its key with Keyring (keyring=PATH)";

    private string User => options.Id.Length == 0 ? "client.admin" : "client." + options.Id;

    private string Place => name.Namespace.Length == 0
        ? $"pool {name.Pool}" : $"namespace {name.Namespace} of pool {name.Pool}";

    private string List => name.Namespace.Length == 0
        ? $"rbd ls {name.Pool}" : $"rbd ls {name.Pool}/{name.Namespace}";

    /// <summary>The exception for a step that failed.</summary>
    internal BackendOpenException Refuse(OpenStage stage, Errno error) =>
        new($"The RBD image {name} cannot be opened: {Explain(stage, error)}");

    private string Explain(OpenStage stage, Errno error)
    {
        if (error == Errno.ESHUTDOWN)
        {
            return $"the cluster has blocklisted this client's address. \"ceph osd blocklist ls\" shows it, and "
                + "\"ceph osd blocklist rm ADDRESS\" lets it in again.";
        }
        return stage switch
        {
            OpenStage.Configuration => ExplainConfiguration(error),
            OpenStage.Cluster => ExplainCluster(error),
            OpenStage.Pool => error == Errno.ENOENT
                ? $"this cluster has no pool {name.Pool}. \"ceph osd pool ls\" lists those there are."
                : ExplainAccess(error, "the pool's facts"),
            OpenStage.Image => error == Errno.ENOENT
                ? $"there is no image {name.Image} in {Place}. \"{List}\" lists those there are."
                : ExplainAccess(error, "the image"),
            OpenStage.Snapshot => error == Errno.ENOENT
                ? $"the image has no snapshot {name.Snapshot}. \"rbd snap ls {name with { Snapshot = "" }}\" lists "
                    + "those there are."
                : ExplainAccess(error, "the snapshot"),
            OpenStage.Lock => ExplainLock(error),
            _ => ExplainAccess(error, "the image's facts"),
        };
    }

    private string ExplainConfiguration(Errno error) => options.Conf.Length == 0
        ? $"no configuration of a Ceph cluster was found ({error}). Put it to /etc/ceph/ceph.conf, or {ConfHint}."
        : error == Errno.EINVAL ? $"{options.Conf} is no Ceph configuration. Check it, or {ConfHint}."
        : $"the Ceph configuration {options.Conf} cannot be read ({error}). Check the path and its permissions.";

    private string ExplainCluster(Errno error)
    {
        if (monitors.Length == 0)
            return $"the configuration names no monitor (mon_host). Check it, or {ConfHint}.";
        if (error == Errno.ETIMEDOUT)
        {
            return $"no monitor of {monitors} answered within {Seconds(options.ConnectTimeoutMs)} s. Check that the "
                + "cluster runs and can be reached from here, or raise ConnectTimeoutMs.";
        }
        if (error == Errno.ENOENT)
        {
            return options.Keyring.Length == 0
                ? $"no key for {User} was found. Get one with \"ceph auth get {User} -o FILE\", and {KeyringHint}."
                : $"the keyring {options.Keyring} does not exist or has no key for {User}. Get it with \"ceph auth get "
                    + $"{User} -o {options.Keyring}\".";
        }
        if (error == Errno.EACCES || error == Errno.EPERM)
        {
            return $"the cluster at {monitors} does not let {User} in: it does not know that user, or the key is not "
                + $"his, or this process may not read the keyring. \"ceph auth get {User}\" shows what is known; "
                + $"{KeyringHint}.";
        }
        return $"connecting to {monitors} failed with {error}.";
    }

    private string ExplainLock(Errno error) =>
        error == Errno.EROFS || error == Errno.EBUSY || error == Errno.EAGAIN
            ? "another client holds its exclusive lock. Stop that client (\"rbd lock ls "
                + $"{name}\" and \"rbd status {name}\" show it), or open the image read-only."
            : ExplainAccess(error, "the exclusive lock");

    private string ExplainAccess(Errno error, string what)
    {
        if (error == Errno.EACCES || error == Errno.EPERM)
        {
            return $"{User} has no permission for {what}. Give it to him: ceph auth caps {User} mon 'profile rbd' osd "
                + $"'profile rbd pool={name.Pool}'.";
        }
        if (error == Errno.ETIMEDOUT)
        {
            return $"the cluster's OSDs did not answer within {Seconds(options.RequestTimeoutMs)} s. \"ceph status\" "
                + "shows what ails the cluster.";
        }
        return error == Errno.EROFS
            ? "it can only be read. Set ReadOnly (readonly)."
            : $"{what} cannot be had ({error}).";
    }

    /// <summary>Whole seconds, as Ceph counts them.</summary>
    internal static int Seconds(int milliseconds) => (milliseconds + 999) / 1000;
}
