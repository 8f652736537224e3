using System.Runtime.InteropServices;

namespace IoMerge.Backends.Local.Native;

/// <summary><c>struct io_uring_sqe</c>: one entry of a submission queue, with the members that are used here.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct IoUringSqe
{
    [FieldOffset(0)] internal byte opcode;
    [FieldOffset(1)] internal byte flags;
    [FieldOffset(2)] internal ushort ioprio;
    [FieldOffset(4)] internal int fd;
    [FieldOffset(8)] internal ulong off;
    [FieldOffset(16)] internal ulong addr;
    [FieldOffset(24)] internal uint len;

    /// <summary>One place with many names: <c>rw_flags</c>, <c>fsync_flags</c>, <c>poll32_events</c>.</summary>
    [FieldOffset(28)] internal uint op_flags;

    [FieldOffset(32)] internal ulong user_data;
}

/// <summary><c>struct io_uring_cqe</c>: one entry of a completion queue.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoUringCqe
{
    internal ulong user_data;
    internal int res;
    internal uint flags;
}

/// <summary><c>struct io_sqring_offsets</c>: where the members of the submission queue lie in its mapping.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoSqringOffsets
{
    internal uint head;
    internal uint tail;
    internal uint ring_mask;
    internal uint ring_entries;
    internal uint flags;
    internal uint dropped;
    internal uint array;
    internal uint resv1;
    internal ulong user_addr;
}

/// <summary><c>struct io_cqring_offsets</c>: where the members of the completion queue lie in its mapping.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoCqringOffsets
{
    internal uint head;
    internal uint tail;
    internal uint ring_mask;
    internal uint ring_entries;
    internal uint overflow;
    internal uint cqes;
    internal uint flags;
    internal uint resv1;
    internal ulong user_addr;
}

/// <summary><c>struct io_uring_params</c>: what is asked of io_uring_setup(2), and what it answers.</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct IoUringParams
{
    [FieldOffset(0)] internal uint sq_entries;
    [FieldOffset(4)] internal uint cq_entries;
    [FieldOffset(8)] internal uint flags;
    [FieldOffset(20)] internal uint features;
    [FieldOffset(40)] internal IoSqringOffsets sq_off;
    [FieldOffset(80)] internal IoCqringOffsets cq_off;
}

/// <summary><c>struct io_uring_probe</c>: the head of what IORING_REGISTER_PROBE fills in.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct IoUringProbe
{
    [FieldOffset(0)] internal byte last_op;
    [FieldOffset(1)] internal byte ops_len;
}

/// <summary><c>struct io_uring_probe_op</c>: what the kernel says about one operation code.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct IoUringProbeOp
{
    [FieldOffset(0)] internal byte op;
    [FieldOffset(2)] internal ushort flags;
}
