using IoMerge.Mount.Fuse;

namespace IoMerge.Mount.Configuration;

/// <summary>The settings of section <c>Fuse</c>.</summary>
internal static class FuseKnobs
{
    public static KnobTable<FuseOptions> Table { get; } = new(new FuseOptions(),
        Knobs<FuseOptions>.Choice<DirectMode>("DirectMode",
            "Parallel lets threads write one volume at the same time and sends one large call piece after piece; "
            + "AsyncSplit sends the pieces of one O_DIRECT call at the same time and lets writers take turns; "
            + "Synchronous does what kernels did before 2013, for comparison: each call, asynchronous ones too, is "
            + "sent piece after piece while its caller waits.",
            o => o.DirectMode, (o, v) => o with { DirectMode = v }),
        Knobs<FuseOptions>.Whole("Readers", "threads", 0, 64,
            "Threads that take requests from the kernel; 0 is as many as there are processors, at most 4.",
            o => o.Readers, (o, v) => o with { Readers = (int)v }),
        Knobs<FuseOptions>.Whole("MaxBackground", "requests", 1, 65535,
            "Most asynchronous requests that the kernel sends ahead; bounds the queue depth that applications reach.",
            o => o.MaxBackground, (o, v) => o with { MaxBackground = (int)v }),
        Knobs<FuseOptions>.SizeByRule("MaxWrite", "a multiple of 4KiB from 4KiB to 16MiB",
            "Largest single request; what the kernel allows (fs.fuse.max_pages_limit) wins.",
            o => o.MaxWrite, (o, v) => o with { MaxWrite = v },
            size => size is >= FuseOptions.SmallestMaxWrite and <= FuseOptions.LargestMaxWrite
                && size % FuseOptions.SmallestMaxWrite == 0),
        Knobs<FuseOptions>.Whole("PollUs", "µs", 0, 1000,
            "Longest time that a reader polls for the next request before it sleeps; saves wake-ups at low queue "
            + "depth, costs processor time; 0 is never.",
            o => o.PollUs, (o, v) => o with { PollUs = (int)v }),
        Knobs<FuseOptions>.Switch("BatchReplies",
            "Hands in the replies that are ready together with one system call, through io_uring; where the kernel "
            + "refuses io_uring, and when false, each is a call of its own.",
            o => o.BatchReplies, (o, v) => o with { BatchReplies = v }),
        Knobs<FuseOptions>.Switch("SpliceReads",
            "Sends reads of 64 KiB and more to the kernel by splice(2), without a copy in the server, where the store "
            + "is a file on tmpfs, or one on a disk whose bytes the page cache has (then from 256 KiB on); reads that "
            + "fit no pipe (fs.pipe-max-size) and all others are copied.",
            o => o.SpliceReads, (o, v) => o with { SpliceReads = v }));
}
