namespace IoMerge.Mount.Fuse.Protocol;

// Names, order and sizes are the kernel's; a test compares every offset with a C compiler's.

/// <summary>Begins every request.</summary>
internal struct fuse_in_header
{
    public uint len;
    public uint opcode;
    public ulong unique;
    public ulong nodeid;
    public uint uid;
    public uint gid;
    public uint pid;
    public ushort total_extlen;
    public ushort padding;
}

/// <summary>Begins every reply.</summary>
internal struct fuse_out_header
{
    public uint len;
    public int error;
    public ulong unique;
}

/// <summary>The kernel's side of the negotiation. Before 7.36 it ends behind <c>flags</c>.</summary>
internal unsafe struct fuse_init_in
{
    public uint major;
    public uint minor;
    public uint max_readahead;
    public uint flags;
    public uint flags2;
    public fixed uint unused[11];
}

/// <summary>This server's side of the negotiation.</summary>
internal unsafe struct fuse_init_out
{
    public uint major;
    public uint minor;
    public uint max_readahead;
    public uint flags;
    public ushort max_background;
    public ushort congestion_threshold;
    public uint max_write;
    public uint time_gran;
    public ushort max_pages;
    public ushort map_alignment;
    public uint flags2;
    public fixed uint unused[7];
}

/// <summary>Names the request that its caller no longer waits for.</summary>
internal struct fuse_interrupt_in
{
    public ulong unique;
}

internal struct fuse_forget_in
{
    public ulong nlookup;
}

internal struct fuse_batch_forget_in
{
    public uint count;
    public uint dummy;
}
