using System.Collections.Concurrent;
using System.Diagnostics;

namespace IoMerge.Benchmark.Mounted.Programs;

/// <summary>
/// The thread that starts servers. A server may ask the kernel to be ended with its parent (nbdkit does), and the
/// kernel takes the <em>thread</em> that started it for the parent (prctl(2), PR_SET_PDEATHSIG): started by a thread of
/// the pool it would be ended as soon as the pool is idle for a while. This thread ends with the process only.
/// Safe to use from any thread.
/// </summary>
internal static class ServerStarter
{
    private static readonly BlockingCollection<Task> s_starts = [];

    static ServerStarter() => new Thread(Run) { IsBackground = true, Name = "server starter" }.Start();

    /// <summary>Starts a process, and returns once it runs.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It could not be started.</exception>
    public static void Start(Process process)
    {
        var start = new Task(() => process.Start());
        s_starts.Add(start);
        start.GetAwaiter().GetResult();
    }

    private static void Run()
    {
        foreach (Task start in s_starts.GetConsumingEnumerable())
            start.RunSynchronously();
    }
}
