using System.Globalization;
using IoMerge.Backends;
using IoMerge.Mount.Mounting.Native;
using Tmds.Linux;

namespace IoMerge.Mount.Mounting;

/// <summary>
/// The process that serves a mount, watched for its end (by a descriptor, so that a reused number cannot deceive).
/// </summary>
internal sealed class MountServer : IDisposable
{
    private readonly int _descriptor;

    private MountServer(int descriptor) => _descriptor = descriptor;

    /// <summary>Finds the server of a mount; null when it is gone or this user may not see it.</summary>
    public static MountServer? Find(MountEntry mount)
    {
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            bool isProcess = int.TryParse(
                Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out int pid);
            if (!isProcess || pid == Environment.ProcessId || !Serves(process, mount.Connection))
                continue;
            int descriptor = Libc.PidFdOpen(pid, 0);
            // Between the look and the open another process may have taken the number.
            if (descriptor >= 0 && Serves(process, mount.Connection))
                return new MountServer(descriptor);
            if (descriptor >= 0)
                _ = LibC.close(descriptor);
        }
        return null;
    }

    /// <summary>Returns when the process has ended.</summary>
    public unsafe void WaitForExit()
    {
        var poll = new pollfd { fd = _descriptor, events = LibC.POLLIN };
        while (LibC.poll(&poll, 1, -1) < 0 && SystemError.Last == Errno.EINTR)
        {
        }
    }

    public void Dispose() => _ = LibC.close(_descriptor);

    private static bool Serves(string process, string connection)
    {
        try
        {
            return ProcessFiles.Of(process).Any(file => file.Target == "/dev/fuse"
                && IsConnection(Path.Combine(process, "fdinfo", file.Number), connection));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsConnection(string descriptorInfo, string connection) => File.ReadLines(descriptorInfo)
        .Select(line => line.Split(':'))
        .Any(field => field is ["fuse_connection", var number] && number.Trim() == connection);
}
