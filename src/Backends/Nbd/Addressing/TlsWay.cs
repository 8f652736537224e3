namespace IoMerge.Backends.Nbd;

/// <summary>How both sides of a connection in TLS prove who they are.</summary>
internal enum TlsWay
{
    /// <summary>Nobody said: with certificates, unless there is a file of keys.</summary>
    Unsaid,

    /// <summary>With certificates.</summary>
    Certificates,

    /// <summary>With a key that both have.</summary>
    PreSharedKey,
}
