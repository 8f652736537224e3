using IoMerge.Backends;
using IoMerge.Backends.Local;

namespace IoMerge.Mount.Configuration;

/// <summary>A kind of backend or decorator: its name and its settings.</summary>
/// <param name="Name">As written in <c>Kind</c>.</param>
/// <param name="Purpose">What it is, in one sentence.</param>
/// <param name="Table">Its settings.</param>
/// <param name="Validate">What is wrong with options as a whole.</param>
internal sealed record KindInfo(
    string Name, string Purpose, IKnobTable Table, Func<object, IEnumerable<OptionFault>> Validate);

/// <summary>
/// The kinds of stores that a configuration may name. Opening them is the composition root's business.
/// </summary>
internal static class BackendKinds
{
    private const long LargestStore = 64L << 40;
    private const string EnginePurpose = "What drives the system calls: io_uring, threads that block, or whoever "
        + "submits. Auto is Inline in memory (tmpfs), else IoUring where the kernel allows it, else Threads.";
    private const string WorkersPurpose = "Most threads for calls that block.";
    private const string TimeoutPurpose = "How long an operation may be at the store before its caller is told "
        + "ETIMEDOUT without it; 0 is for ever. Costs a copy of each transfer. Not for Inline, which Auto then "
        + "avoids.";

    public static IReadOnlyList<KindInfo> All { get; } =
    [
        new("memory", "RAM disk: fast, and gone at the end; a flush persists nothing.",
            new KnobTable<MemoryBackendOptions>(new MemoryBackendOptions(),
                Knobs<MemoryBackendOptions>.Size("Size", 0, LargestStore,
                    "Size at the start; memory is taken up when it is written.",
                    o => o.Size, (o, v) => o with { Size = v }),
                Knobs<MemoryBackendOptions>.Switch("Growable", "Lets writes and truncation change the size.",
                    o => o.Growable, (o, v) => o with { Growable = v }),
                Knobs<MemoryBackendOptions>.Size("MaxSize", 0, LargestStore,
                    "Size that a growable store never passes; 0 is 16 times Size, at least 1GiB.",
                    o => o.MaxSize, (o, v) => o with { MaxSize = v }),
                Knobs<MemoryBackendOptions>.Switch("HugePages",
                    "Asks for 2 MiB pages: faster access, random most. Off for a volume that stays sparse: "
                    + "memory is then taken by the small page.",
                    o => o.HugePages, (o, v) => o with { HugePages = v })),
            o => ((MemoryBackendOptions)o).Validate()),
        new("file", "A regular file, past the page cache or through it.",
            new KnobTable<FileBackendOptions>(new FileBackendOptions(),
                Path<FileBackendOptions>("The file. Required.", o => o.Path, (o, v) => o with { Path = v }),
                Knobs<FileBackendOptions>.Size("CreateSize", 0, long.MaxValue,
                    "Size with which a missing file is created, sparse; 0: it must exist.",
                    o => o.CreateSize, (o, v) => o with { CreateSize = v }),
                Knobs<FileBackendOptions>.Switch("Growable", "Lets writes and truncation change the size.",
                    o => o.Growable, (o, v) => o with { Growable = v }),
                Knobs<FileBackendOptions>.Choice<Backends.Local.DirectMode>("Direct",
                    "Whether transfers go past the page cache (O_DIRECT): where possible, always, or never.",
                    o => o.Direct, (o, v) => o with { Direct = v }),
                Knobs<FileBackendOptions>.Choice<EngineKind>("Engine", EnginePurpose,
                    o => o.Engine, (o, v) => o with { Engine = v }),
                Knobs<FileBackendOptions>.Whole("Workers", "threads", 1, 256, WorkersPurpose,
                    o => o.Workers, (o, v) => o with { Workers = (int)v }),
                Knobs<FileBackendOptions>.Whole("CompletionTimeoutMs", "ms", 0, 3_600_000, TimeoutPurpose,
                    o => o.CompletionTimeoutMs, (o, v) => o with { CompletionTimeoutMs = (int)v })),
            o => ((FileBackendOptions)o).Validate()),
        new("block", "A block device, opened exclusively: a disk, a partition, a logical volume, a loop device.",
            new KnobTable<BlockDeviceOptions>(new BlockDeviceOptions(),
                Path<BlockDeviceOptions>("The device. Required.", o => o.Path, (o, v) => o with { Path = v }),
                Knobs<BlockDeviceOptions>.Choice<EngineKind>("Engine", EnginePurpose,
                    o => o.Engine, (o, v) => o with { Engine = v }),
                Knobs<BlockDeviceOptions>.Whole("Workers", "threads", 1, 256, WorkersPurpose,
                    o => o.Workers, (o, v) => o with { Workers = (int)v }),
                Knobs<BlockDeviceOptions>.Whole("CompletionTimeoutMs", "ms", 0, 3_600_000, TimeoutPurpose,
                    o => o.CompletionTimeoutMs, (o, v) => o with { CompletionTimeoutMs = (int)v })),
            o => ((BlockDeviceOptions)o).Validate()),
        NbdKind.Info,
        RbdKind.Info,
    ];

    private static Knob<T> Path<T>(string purpose, Func<T, string> get, Func<T, string, T> with) =>
        Knobs<T>.Text("Path", "path", "a path", purpose, get, with,
            text => !string.IsNullOrWhiteSpace(text) && !text.Contains('\0'));
}
