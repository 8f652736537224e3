namespace IoMerge.Backends;

/// <summary>The names people know error numbers by; only for messages.</summary>
internal static class ErrnoNames
{
    private static readonly Dictionary<int, string> Names = new()
    {
        [0] = "success", [1] = "EPERM", [2] = "ENOENT", [4] = "EINTR", [5] = "EIO", [6] = "ENXIO", [9] = "EBADF",
        [11] = "EAGAIN", [12] = "ENOMEM", [13] = "EACCES", [16] = "EBUSY", [17] = "EEXIST", [19] = "ENODEV",
        [20] = "ENOTDIR", [21] = "EISDIR", [22] = "EINVAL", [24] = "EMFILE", [25] = "ENOTTY", [27] = "EFBIG",
        [28] = "ENOSPC", [29] = "ESPIPE", [30] = "EROFS", [32] = "EPIPE", [34] = "ERANGE", [38] = "ENOSYS",
        [40] = "ELOOP", [61] = "ENODATA", [75] = "EOVERFLOW", [95] = "EOPNOTSUPP", [103] = "ECONNABORTED",
        [104] = "ECONNRESET", [107] = "ENOTCONN", [108] = "ESHUTDOWN", [110] = "ETIMEDOUT", [116] = "ESTALE",
        [121] = "EREMOTEIO", [122] = "EDQUOT", [125] = "ECANCELED",
    };

    internal static string Get(int value) => Names.TryGetValue(value, out string? name) ? name : $"errno {value}";
}
