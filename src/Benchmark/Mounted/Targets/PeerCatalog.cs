using IoMerge.Benchmark.Mounted.Programs;
using IoMerge.Benchmark.Mounted.Stores;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Mounted.Targets;

/// <summary>
/// The columns that are not IoMerge: what each is, which programs it needs, on which stores a comparison with it is
/// fair, and the command that starts it. It starts nothing.
/// </summary>
internal static class PeerCatalog
{
    /// <summary>The store itself.</summary>
    public static StrategyFacts Raw { get; } = new("raw", StrategyKind.Raw,
        "fio on the store itself, without FUSE.", new Dictionary<string, string>());

    /// <summary>The most that FUSE allows.</summary>
    public static StrategyFacts Ceiling { get; } = new("nullfuse", StrategyKind.Ceiling,
        "A minimal FUSE server in C that stores nothing: the most that the kernel's FUSE allows.",
        new Dictionary<string, string>());

    /// <summary>A plain server.</summary>
    public static StrategyFacts Plain { get; } = new("nullfuse-store", StrategyKind.Peer,
        "The same with the store: one transfer for each request, never merged.", new Dictionary<string, string>());

    /// <summary>QEMU's export.</summary>
    public static StrategyFacts Qemu { get; } = new("qemu", StrategyKind.Peer,
        "QEMU's FUSE export (qemu-storage-daemon).", new Dictionary<string, string>());

    /// <summary>nbdfuse.</summary>
    public static StrategyFacts Nbdfuse { get; } = new("nbdfuse", StrategyKind.Peer,
        "nbdfuse, over the same nbdkit, or over nbdkit's file plugin.", new Dictionary<string, string>());

    /// <summary>All of them, in the order of columns.</summary>
    public static IReadOnlyList<StrategyFacts> All { get; } = [Raw, Ceiling, Plain, Qemu, Nbdfuse];

    /// <summary>Why a column cannot stand on a store here; null when it can.</summary>
    /// <param name="peer">The column.</param>
    /// <param name="store">The store.</param>
    /// <param name="isInstalled">Whether a program is there.</param>
    public static LeftOut? Refuse(StrategyFacts peer, StoreName store, Func<string, bool> isInstalled)
    {
        string what = $"{peer.Name} on {store.Text}";
        if (peer.Name == Ceiling.Name)
            return Missing(what, isInstalled, ("gcc", "gcc libc6-dev"));
        if (store.Medium == StoreMedium.CephImage)
            return RefuseImage(peer, store, what);
        if (store.Medium is StoreMedium.Memory or StoreMedium.Configured)
            return new LeftOut(what, store.Medium == StoreMedium.Memory
                ? "A volume in iomerge's memory is there for nobody else."
                : "Only iomerge knows what the configuration makes of the volume.",
                "Compare on tmpfs, file or loop.");
        if (store.Medium == StoreMedium.Address)
            return new LeftOut(what, "The export is somebody's: only iomerge keeps from writing to it.",
                "Compare on nbd-memory, nbd-delay1ms or nbd-delay1ms-serial.");
        if (store.Medium == StoreMedium.Nbd && (peer.Name == Raw.Name || peer.Name == Plain.Name))
            return new LeftOut(what, "It needs a file, and nbdkit shows none.", "Compare with nbdfuse and qemu.");
        if (peer.Name == Plain.Name)
            return Missing(what, isInstalled, ("gcc", "gcc libc6-dev"));
        if (peer.Name == Qemu.Name)
            return Missing(what, isInstalled, ("qemu-storage-daemon", "qemu-system-common"));
        if (peer.Name != Nbdfuse.Name)
            return null;
        return store.Medium is StoreMedium.Tmpfs or StoreMedium.Nbd
            ? Missing(what, isInstalled, ("nbdfuse", "libnbd-bin"), ("nbdkit", "nbdkit"))
            : new LeftOut(what, "nbdkit goes through the page cache: its figures would be those of memory.",
                "Compare it on tmpfs or nbd-memory.");
    }

    private static LeftOut? RefuseImage(StrategyFacts peer, StoreName store, string what)
    {
        if (peer.Name != Raw.Name)
            return new LeftOut(what, "It knows files and devices, and an image is none.", "Compare with raw.");
        return CephImageName.Parse(store.Text) is not null ? null
            : new LeftOut(what, "fio's engine rbd takes no namespace, snapshot or keyring.",
                "Name an image of the pool itself, and its keyring in the configuration: rbd:POOL/IMAGE,conf=PATH");
    }

    /// <summary>The command that starts a peer.</summary>
    /// <param name="peer">The column.</param>
    /// <param name="store">The store.</param>
    /// <param name="nullfuse">The compiled program.</param>
    /// <param name="folder">A folder of the server's own, with the folder <c>mnt</c> in it.</param>
    /// <returns>The command, and the file that it shows.</returns>
    public static (CommandWords Command, string File) CommandOf(
        StrategyFacts peer, PreparedStore store, string nullfuse, string folder)
    {
        string mount = Path.Combine(folder, "mnt");
        string disk = Path.Combine(mount, "disk");
        if (peer.Name == Qemu.Name)
        {
            // It mounts a file over a file, and one that is not below a mount of its own.
            string export = Path.Combine(folder, "export");
            return (new CommandWords("qemu-storage-daemon",
            [
                "--blockdev", $"node-name=store,{QemuDriverOf(store)}",
                "--export", $"type=fuse,id=export,node-name=store,mountpoint={export},writable=on",
            ]), export);
        }
        if (peer.Name == Nbdfuse.Name)
        {
            string[] behind = store.Socket is { } socket
                ? [NbdkitStore.UriOf(socket)] : ["[", "nbdkit", "file", store.Path!, "]"];
            return (new CommandWords("nbdfuse", [disk, .. behind]), disk);
        }
        // Transfers that wait for a store need threads to wait in.
        string threads = peer.Name == Plain.Name && store.IsDirect ? "32" : "2";
        List<string> arguments = ["-t", threads, "-c", "-s", $"{store.Bytes}"];
        if (peer.Name == Plain.Name)
            arguments.AddRange(store.IsDirect ? ["-d", "-b", store.Path!] : ["-b", store.Path!]);
        return (new CommandWords(nullfuse, [.. arguments, mount]), disk);
    }

    private static string QemuDriverOf(PreparedStore store)
    {
        if (store.Socket is { } socket)
            return $"driver=nbd,server.type=unix,server.path={socket}";
        string driver = store.Device is null ? "file" : "host_device";
        return $"driver={driver},filename={store.Path}{(store.IsDirect ? ",cache.direct=on" : "")}";
    }

    private static LeftOut? Missing(
        string what, Func<string, bool> isInstalled, params (string Program, string Package)[] needs)
    {
        (string Program, string Package)[] missing = [.. needs.Where(need => !isInstalled(need.Program))];
        return missing.Length == 0 ? null : new LeftOut(what,
            $"{string.Join(" and ", missing.Select(need => need.Program))} is not installed.",
            $"Install it: apt-get install -y {string.Join(' ', missing.Select(need => need.Package))}");
    }
}
