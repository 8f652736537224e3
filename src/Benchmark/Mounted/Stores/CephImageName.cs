namespace IoMerge.Benchmark.Mounted.Stores;

/// <summary>
/// What fio's engine <c>rbd</c> has to be told of an image, taken from the way in which a volume is written. Whether
/// the volume is written rightly is not its business: iomerge says so.
/// </summary>
/// <param name="Pool">The pool.</param>
/// <param name="Image">The image.</param>
/// <param name="Conf">Ceph's configuration; empty for where Ceph looks itself.</param>
/// <param name="Id">The Ceph user, without <c>client.</c></param>
internal sealed record CephImageName(string Pool, string Image, string Conf, string Id)
{
    /// <summary>How the stores begin that are images.</summary>
    public const string Prefix = "rbd:";

    /// <summary>fio's arguments for it, in place of those for a file.</summary>
    public IReadOnlyList<string> Engine =>
        ["--ioengine=rbd", $"--pool={Pool}", $"--rbdname={Image}", $"--clientname={Id}"];

    /// <summary>What has to be in fio's environment, as <c>NAME=VALUE</c>.</summary>
    public IReadOnlyList<string> Environment => Conf.Length == 0 ? [] : [$"CEPH_CONF={Conf}"];

    /// <summary>Reads a store; null when fio cannot be told of such an image.</summary>
    /// <param name="store">As <c>rbd:POOL/IMAGE,conf=PATH,id=USER</c>.</param>
    public static CephImageName? Parse(string store)
    {
        // fio knows no namespace, no snapshot and no keyring; a comma within a path is written with a backslash.
        string[] parts = store[Prefix.Length..].Split(',');
        string[] names = parts[0].Split('/');
        if (names.Length != 2 || store.Contains('@', StringComparison.Ordinal)
            || store.Contains('\\', StringComparison.Ordinal))
        {
            return null;
        }
        string conf = "", id = "admin";
        foreach (string part in parts.Skip(1))
        {
            if (part.StartsWith("conf=", StringComparison.OrdinalIgnoreCase))
                conf = part["conf=".Length..];
            else if (part.StartsWith("id=", StringComparison.OrdinalIgnoreCase))
                id = part["id=".Length..];
            else if (part is not ("cache" or "ioscheduler" or "readonly"))
                return null;
        }
        return new CephImageName(names[0], names[1], conf, id);
    }
}
