using IoMerge.Backends;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// The stores that a run without a mount makes for itself: <c>memory</c>, <c>tmpfs</c>, <c>file</c>. A file of its own
/// has no name any more once it is open, so that nothing is left of it however the run ends.
/// </summary>
/// <param name="opener">Opens stores.</param>
/// <param name="bytes">Size of each.</param>
/// <param name="diskFolder">Where files on a disk go.</param>
public sealed class OwnStores(IStoreOpener opener, long bytes, string diskFolder)
{
    private const string MemoryFolder = "/dev/shm";

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["memory", "tmpfs", "file"];

    /// <summary>What a store is; null when it is none of these.</summary>
    public StoreFacts? Describe(string name) => name switch
    {
        "memory" => new StoreFacts(name, "memory of the process: an operation costs next to nothing"),
        "tmpfs" => new StoreFacts(name, "a file on a tmpfs, one system call for each operation"),
        "file" => new StoreFacts(name, $"a file in {diskFolder}, past the page cache (O_DIRECT)"),
        _ => null,
    };

    /// <summary>Opens one.</summary>
    /// <exception cref="BackendOpenException">It could not be opened.</exception>
    public IBackend Open(string name) => name switch
    {
        "memory" => opener.Open($"memory:{bytes}"),
        "tmpfs" => OpenFile(MemoryFolder, "off"),
        _ => OpenFile(diskFolder, "required"),
    };

    private IBackend OpenFile(string folder, string direct)
    {
        string path = Path.Combine(folder, $"iomerge-bench-{Environment.ProcessId}-{Guid.NewGuid():N}.img");
        string escaped = path.Replace("\\", @"\\", StringComparison.Ordinal)
            .Replace(",", @"\,", StringComparison.Ordinal);
        try
        {
            return opener.Open($"file:{escaped},create={bytes},direct={direct}");
        }
        finally
        {
            File.Delete(path);
        }
    }
}
