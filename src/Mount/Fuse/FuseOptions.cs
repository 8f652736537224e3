using IoMerge.Backends;

namespace IoMerge.Mount.Fuse;

/// <summary>Which of the kernel's paths direct I/O takes.</summary>
public enum DirectMode
{
    /// <summary>
    /// Every open bypasses the page cache, and threads write to one file in parallel; asynchronous I/O fans out. One
    /// large synchronous call is sent piece after piece.
    /// </summary>
    Parallel,

    /// <summary>
    /// The application's own O_DIRECT decides; one large call, synchronous too, fans out into concurrent pieces, but
    /// writers of one file take turns. Opens without O_DIRECT use the page cache.
    /// </summary>
    AsyncSplit,

    /// <summary>
    /// As <see cref="AsyncSplit"/>, with FUSE_ASYNC_DIO off: every direct call, asynchronous ones too, is sent piece
    /// after piece while its caller waits, as kernels before 3.10 did. For comparison only: there is nothing to merge.
    /// </summary>
    Synchronous,
}

/// <summary>Everything that can be set on the channel to the kernel; section <c>Fuse</c>.</summary>
public sealed record FuseOptions
{
    /// <summary>Smallest value of <see cref="MaxWrite"/>, in bytes.</summary>
    public const long SmallestMaxWrite = 4096;

    /// <summary>Largest value of <see cref="MaxWrite"/>, in bytes.</summary>
    public const long LargestMaxWrite = 16L << 20;

    /// <summary>Which path direct I/O takes.</summary>
    public DirectMode DirectMode { get; set; } = DirectMode.Parallel;

    /// <summary>Threads that take requests from the kernel, 1 to 64; 0 for one per core, at most 4.</summary>
    public int Readers { get; set; }

    /// <summary>
    /// Most asynchronous requests that the kernel has outstanding at a time, 1 to 65 535. A client's queue depth beyond
    /// it is never seen. The kernel's own default would be 12.
    /// </summary>
    public int MaxBackground { get; set; } = 256;

    /// <summary>
    /// Most bytes of one request, read or write: 4 KiB to 16 MiB, a multiple of 4 KiB. The kernel's own bound
    /// (<c>fs.fuse.max_pages_limit</c>, 1 MiB unless raised) wins.
    /// </summary>
    public ByteSize MaxWrite { get; set; } = 1L << 20;

    /// <summary>
    /// Longest time, in microseconds, that a reader looks for the next request before it sleeps; 0 to 1000, 0 for
    /// never.
    /// Waking an idle core takes longer than most requests. It learns: where looking does not find, it sleeps at once.
    /// </summary>
    public int PollUs { get; set; } = 50;

    /// <summary>
    /// True to hand in the replies of one turn together, through io_uring; where the kernel refuses that, and when
    /// false, each is a system call of its own.
    /// </summary>
    public bool BatchReplies { get; set; } = true;

    /// <summary>
    /// True to splice large reads from files to the kernel where the page cache has the bytes; no processor copies them
    /// here then. Where the kernel refuses that, and when false, they are read and written.
    /// </summary>
    public bool SpliceReads { get; set; } = true;

    /// <summary>The number of readers that <see cref="Readers"/> means on this machine.</summary>
    internal int EffectiveReaders => Readers > 0 ? Readers : Math.Min(Environment.ProcessorCount, 4);
}
