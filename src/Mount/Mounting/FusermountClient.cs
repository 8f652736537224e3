using System.Globalization;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Mounting.Native;
using Tmds.Linux;

namespace IoMerge.Mount.Mounting;

/// <summary>
/// Mounting and unmounting for ordinary users, by the set-uid helper fusermount3 of the fuse3 package: it mounts and
/// sends the open device back over a socket.
/// </summary>
internal static class FusermountClient
{
    private const string Program = "fusermount3";
    private const string SocketVariable = "_FUSE_COMMFD";
    private const int ChildSocket = 3;
    private const int StandardError = 2;

    /// <summary>Mounts.</summary>
    /// <returns>The open device.</returns>
    /// <exception cref="MountException">The helper is missing or refused.</exception>
    public static int Mount(string mountPoint, MountOptions options)
    {
        (int ours, int theirs) = Descriptors.SocketPair();
        int descriptor = -1;
        (int exitCode, string complaint) = Run([Program, "-o", Options(options), "--", mountPoint], theirs, () =>
        {
            _ = LibC.close(theirs);
            descriptor = Descriptors.Receive(ours);
        });
        _ = LibC.close(ours);
        if (descriptor >= 0)
            return descriptor;
        throw new MountException($"mounting at {mountPoint} failed: {Reason(exitCode, complaint)}{Advice(complaint)}");
    }

    /// <summary>Unmounts.</summary>
    /// <returns>Null when it worked; otherwise what the helper says.</returns>
    public static string? Unmount(string mountPoint, bool lazy)
    {
        string[] arguments = lazy ? [Program, "-u", "-z", "--", mountPoint] : [Program, "-u", "--", mountPoint];
        (int exitCode, string complaint) = Run(arguments, socket: -1, whileRunning: () => { });
        return exitCode == 0 ? null : Reason(exitCode, complaint);
    }

    /// <summary>
    /// The options as the helper wants them. Names were checked to have nothing that needs an escape.
    /// </summary>
    public static string Options(MountOptions options) =>
        $"fsname={options.FsName},subtype=iomerge,default_permissions,nosuid,nodev"
        + (options.AllowOther ? ",allow_other" : "") + (options.ReadOnly ? ",ro" : "");

    private static (int ExitCode, string Complaint) Run(
        IReadOnlyList<string> arguments, int socket, Action whileRunning)
    {
        (int read, int write) = Descriptors.Pipe();
        try
        {
            List<(int, int)> descriptors = [(write, StandardError)];
            var variables = new Dictionary<string, string>();
            if (socket >= 0)
            {
                descriptors.Add((socket, ChildSocket));
                variables[SocketVariable] = ChildSocket.ToString(CultureInfo.InvariantCulture);
            }
            int pid = ChildProcess.Start(arguments, variables, descriptors, newSession: false);
            _ = LibC.close(write);
            write = -1;
            whileRunning();
            string complaint = Descriptors.ReadToEnd(read).Trim();
            return (ChildProcess.Wait(pid), complaint);
        }
        catch (MountException e)
        {
            throw new MountException($"{e.Message} Ordinary users mount through it: apt-get install fuse3");
        }
        finally
        {
            _ = LibC.close(read);
            if (write >= 0)
                _ = LibC.close(write);
        }
    }

    private static string Reason(int exitCode, string complaint) =>
        complaint.Length > 0 ? complaint : $"{Program} ended with code {exitCode}";

    private static string Advice(string complaint)
    {
        if (complaint.Contains("allow_other", StringComparison.Ordinal))
            return ". Write user_allow_other into /etc/fuse.conf, or leave AllowOther off.";
        if (complaint.Contains("/dev/fuse", StringComparison.Ordinal))
            return ". Let the user open the device (chmod 666 /dev/fuse, as distributions have it), or run as root.";
        return complaint.Contains("no write access", StringComparison.Ordinal)
            ? ". Choose a directory that belongs to you." : "";
    }
}
