using System.Globalization;
using IoMerge.Benchmark.Mounted.Programs;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Mounted.Stores;

/// <summary>
/// A store in the memory of nbdkit, plain or behind a delay that stands for a network: <c>nbd-memory</c>,
/// <c>nbd-delay1ms</c>, <c>nbd-delay1ms-serial</c>. Says how nbdkit is to be started, and starts nothing.
/// </summary>
/// <param name="Name">The name as it stands in reports.</param>
/// <param name="DelayMs">Milliseconds that each read and write takes; 0 for as fast as it can.</param>
/// <param name="IsSerial">Whether one request is served at a time; else they are delayed side by side.</param>
internal sealed record NbdkitStore(string Name, int DelayMs, bool IsSerial)
{
    /// <summary>What a person may write.</summary>
    public const string Grammar = "nbd-memory, nbd-delayNUMBERms, nbd-delayNUMBERms-serial";

    private const int MaxDelayMs = 10_000;
    private const string Memory = "nbd-memory", Prefix = "nbd-delay", Suffix = "ms", SerialSuffix = "ms-serial";

    /// <summary>What the store is, for reports.</summary>
    public StoreFacts Facts => new(Name, DelayMs == 0
        ? "Memory of nbdkit behind a Unix socket: an operation costs a round trip."
        : string.Create(CultureInfo.InvariantCulture, $"Memory of nbdkit behind a Unix socket, {DelayMs} ms for each "
            + $"read and write, {(IsSerial ? "one at a time" : "side by side")}: the model of a network store."));

    /// <summary>Reads a name; null when it is none.</summary>
    public static NbdkitStore? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == Memory)
            return new NbdkitStore(text, 0, false);
        bool isSerial = text.EndsWith(SerialSuffix, StringComparison.Ordinal);
        string suffix = isSerial ? SerialSuffix : Suffix;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || !text.EndsWith(suffix, StringComparison.Ordinal)
            || text.Length <= Prefix.Length + suffix.Length)
            return null;
        bool isNumber = int.TryParse(text.AsSpan(Prefix.Length..^suffix.Length), NumberStyles.None,
            CultureInfo.InvariantCulture, out int delay);
        return isNumber && delay is > 0 and <= MaxDelayMs ? new NbdkitStore(text, delay, isSerial) : null;
    }

    /// <summary>The address of the export behind a socket.</summary>
    public static string UriOf(string socket) => $"nbd+unix:///?socket={socket}";

    /// <summary>The command that serves it.</summary>
    /// <param name="socket">Path of the socket.</param>
    /// <param name="ready">A file that is there once clients may come.</param>
    /// <param name="bytes">Size of the store.</param>
    public CommandWords CommandOf(string socket, string ready, long bytes)
    {
        List<string> arguments = ["--foreground", "--unix", socket, "--pidfile", ready];
        // The one that lets requests in one by one stands before the delay, or delays would still overlap.
        if (IsSerial)
            arguments.Add("--filter=noparallel");
        if (DelayMs > 0)
            arguments.Add("--filter=delay");
        arguments.AddRange(["memory", bytes.ToString(CultureInfo.InvariantCulture)]);
        // Of all clients' connections together: by itself nbdkit serialises those of each.
        if (IsSerial)
            arguments.Add("serialize=all-requests");
        if (DelayMs > 0)
        {
            string delay = string.Create(CultureInfo.InvariantCulture, $"{DelayMs}ms");
            arguments.AddRange([$"rdelay={delay}", $"wdelay={delay}"]);
        }
        return new CommandWords("nbdkit", arguments);
    }
}
