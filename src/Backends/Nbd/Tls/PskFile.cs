namespace IoMerge.Backends.Nbd;

/// <summary>
/// A file of pre-shared keys as GnuTLS's psktool writes it: a line for each user, <c>name:key</c>, the key in
/// hexadecimal. No key is in any message.
/// </summary>
internal static class PskFile
{
    /// <summary>Reads the key of one user.</summary>
    /// <exception cref="BackendOpenException">The file cannot be read, or has no key for that user.</exception>
    internal static byte[] ReadKey(string path, string user)
    {
        try
        {
            foreach (string line in File.ReadLines(path))
            {
                // A name may have colons, a key has none.
                int colon = line.LastIndexOf(':');
                if (colon >= 0 && line.AsSpan(0, colon).SequenceEqual(user))
                    return Decode(line.AsSpan(colon + 1).Trim(), path, user);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackendOpenException($"The key file {path} cannot be read: {e.Message} Make one with "
                + $"psktool -u {user} -p {path}, let this user read it, and give it to the server too.", e);
        }
        throw new BackendOpenException($"The key file {path} has no key for {user}. Add one with "
            + $"psktool -u {user} -p {path}, or name a user that it has, as TlsUsername or before the @ in the URI.");
    }

    private static byte[] Decode(ReadOnlySpan<char> text, string path, string user)
    {
        byte[] key = new byte[text.Length / 2];
        if (key.Length == 0 || Convert.FromHexString(text, key, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            throw new BackendOpenException($"In the key file {path}, the key of {user} is no hexadecimal number. Make "
                + $"another with psktool -u {user} -p {path}, and give it to the server too.");
        }
        return key;
    }
}
