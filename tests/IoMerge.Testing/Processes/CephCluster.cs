using System.Globalization;

namespace IoMerge.Testing.Processes;

/// <summary>
/// The Ceph of one monitor and one OSD that <c>tests/ceph/cluster.sh</c> runs, shared by all tests of all processes:
/// started by the first that wants it and stopped with the last. Safe to use from any thread.
/// </summary>
public sealed class CephCluster
{
    private const int SigKill = 9;
    private const int SigContinue = 18;
    private const int SigStop = 19;

    private static readonly Lock s_gate = new();
    private static readonly string s_script = RepositoryRoot.Combine("tests", "ceph", "cluster.sh");
    private static CephCluster? s_shared;

    private readonly FileStream _user;

    private CephCluster()
    {
        // Shared, and gone with this process however it ends; the script stops the cluster when nobody holds it.
        Directory.CreateDirectory(Home);
        string users = Path.Combine(Home, "users");
        File.AppendAllText(users, "");
        FileStream? user = null;
        Until.True(() => (user = TryLock(users)) is not null, () => $"{users} stays locked.");
        _user = user!;
        Shell.Run($"'{s_script}' up", TimeSpan.FromMinutes(5));
    }

    /// <summary>Why there can be no cluster here; null when there can.</summary>
    public static string? WhyNot { get; } = Environment.IsPrivilegedProcess ? null : "needs root: it runs a Ceph";

    /// <summary>The running cluster; started now if it does not run.</summary>
    public static CephCluster Shared
    {
        get
        {
            lock (s_gate)
                return s_shared ??= new CephCluster();
        }
    }

    /// <summary>Ceph's configuration of the cluster.</summary>
    public string Conf => Path.Combine(State, "ceph.conf");

    /// <summary>The monitor's and the OSD's addresses and data, gone with the cluster.</summary>
    private static string State => Path.Combine(Home, "state");

    private static string Home => Environment.GetEnvironmentVariable("IOMERGE_CEPH") ?? "/var/tmp/iomerge-ceph";

    /// <summary>Runs a command of the cluster's, as client.admin; it has to succeed.</summary>
    public string Run(string command) => Shell.Run($"'{s_script}' exec {command}");

    /// <summary>Runs a command of the cluster's, as client.admin, and returns its outcome.</summary>
    public ShellResult Try(string command) => Shell.Try($"'{s_script}' exec {command}");

    /// <summary>Stops the OSD as a machine that hangs: connections stay, nothing is answered.</summary>
    public void PauseOsd() => SignalOsd(SigStop);

    /// <summary>Lets a stopped OSD go on.</summary>
    public void ResumeOsd() => SignalOsd(SigContinue);

    /// <summary>Ends the OSD at once, as a loss of power does.</summary>
    public void KillOsd()
    {
        string process = $"/proc/{OsdId}";
        SignalOsd(SigKill);
        Until.True(() => !Directory.Exists(process), () => $"{process} does not end.");
    }

    /// <summary>Starts an OSD that was killed.</summary>
    public void StartOsd() => Shell.Run($"'{s_script}' osd-start");

    /// <summary>Makes an image that is removed with the object.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="options">Further options of <c>rbd create</c>.</param>
    public CephImage CreateImage(long size, string options = "") => new(this, size, options);

    /// <summary>Takes the exclusive lock away from whoever has it, as an administrator does; Ceph blocklists him.
    /// </summary>
    public void BreakLock(CephImage image)
    {
        // After two lines of headings: who, the lock's name of two words, and his address.
        string[] words = Run($"rbd lock ls {image.Name}").Split('\n')[2]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Run($"rbd lock rm {image.Name} '{words[1]} {words[2]}' {words[0]}");
    }

    private int OsdId => int.Parse(
        File.ReadAllText(Path.Combine(State, "run", "osd.0.pid")).Trim(), CultureInfo.InvariantCulture);

    private void SignalOsd(int signal) => Shell.Run($"kill -{signal} {OsdId}");

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Ends this process' use of the cluster, if there was one: for a fixture of a whole assembly.</summary>
    public sealed class Farewell : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose()
        {
            lock (s_gate)
            {
                if (s_shared is null)
                    return;
                s_shared._user.Dispose();
                s_shared = null;
                Shell.Run($"'{s_script}' down");
            }
        }
    }
}
