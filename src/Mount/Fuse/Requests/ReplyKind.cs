namespace IoMerge.Mount.Fuse.Requests;

/// <summary>What a request that went through a scheduler is answered with.</summary>
internal enum ReplyKind
{
    /// <summary>The bytes read.</summary>
    Data,

    /// <summary>The number of bytes written.</summary>
    Written,

    /// <summary>Nothing but success, after what changed bytes.</summary>
    Changed,

    /// <summary>Nothing but success, or the failure of an earlier write that its caller could not be told.</summary>
    Flushed,

    /// <summary>The attributes of the volume.</summary>
    Attributes,

    /// <summary>An open file, after its truncation.</summary>
    Opened,

    /// <summary>An offset that was found.</summary>
    Offset,
}
