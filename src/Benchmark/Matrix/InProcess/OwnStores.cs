using IoMerge.Backends;
using IoMerge.Benchmark.Mounted.Stores;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// The stores that a run without a mount makes for itself: <c>memory</c>, <c>tmpfs</c>, <c>file</c>, and nbdkit's
/// <c>nbd-memory</c> with its kin. A file of its own has no name any more once it is open, so that nothing is left of
/// it however the run ends; an nbdkit ends with its store.
/// </summary>
/// <param name="opener">Opens stores.</param>
/// <param name="bytes">Size of each.</param>
/// <param name="diskFolder">Where files on a disk go.</param>
public sealed class OwnStores(IStoreOpener opener, long bytes, string diskFolder)
{
    private const string MemoryFolder = "/dev/shm";

    /// <summary>Those that are run when none is named.</summary>
    public static IReadOnlyList<string> Names { get; } = ["memory", "tmpfs", "file"];

    /// <summary>All that a person may write.</summary>
    public static string Grammar => $"{string.Join(", ", Names)}, {NbdkitStore.Grammar}";

    /// <summary>What a store is; null when it is none of these.</summary>
    public StoreFacts? Describe(string name) => name switch
    {
        "memory" => new StoreFacts(name, "memory of the process: an operation costs next to nothing"),
        "tmpfs" => new StoreFacts(name, "a file on a tmpfs, one system call for each operation"),
        "file" => new StoreFacts(name, $"a file in {diskFolder}, past the page cache (O_DIRECT)"),
        _ => NbdkitStore.Parse(name)?.Facts,
    };

    /// <summary>Opens one.</summary>
    /// <exception cref="BackendOpenException">It could not be opened.</exception>
    /// <exception cref="RunException">Its server is not installed, or does not start.</exception>
    public IBackend Open(string name) => name switch
    {
        "memory" => opener.Open($"memory:{bytes}"),
        "tmpfs" => OpenFile(MemoryFolder, "off"),
        "file" => OpenFile(diskFolder, "required"),
        _ => OpenServed(NbdkitStore.Parse(name)
            ?? throw new ArgumentException($"\"{name}\" is no store.", nameof(name))),
    };

    private ServedBackend OpenServed(NbdkitStore store)
    {
        string folder = Directory.CreateDirectory(Path.Combine(MemoryFolder, Workspace.NewName())).FullName;
        NbdkitServer server = NbdkitServer.StartAsync(
            store, folder, bytes, CancellationToken.None).GetAwaiter().GetResult();
        try
        {
            return new ServedBackend(opener.Open(server.Uri), server);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

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
