using System.Globalization;
using IoMerge.Mount.Mounting.Native;
using Tmds.Linux;

namespace IoMerge.Mount.Hosting;

/// <summary>Tells it to the process that started this one in the background.</summary>
internal sealed class PipeAnnouncer : IAnnouncer
{
    private readonly int _descriptor;

    private PipeAnnouncer(int descriptor) => _descriptor = descriptor;

    /// <summary>Takes over the descriptor that the starter handed over; null when there is none.</summary>
    public static PipeAnnouncer? TryTake()
    {
        string? text = Environment.GetEnvironmentVariable(Daemon.ReadyVariable);
        // Our own children must neither inherit nor believe it.
        Environment.SetEnvironmentVariable(Daemon.ReadyVariable, null);
        bool isOpen = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor)
            && LibC.fcntl(descriptor, LibC.F_SETFD, LibC.FD_CLOEXEC) == 0;
        return isOpen ? new PipeAnnouncer(descriptor) : null;
    }

    public void Ready(string report)
    {
        // A process in the background must not keep the directory busy in which it was started.
        Environment.CurrentDirectory = "/";
        Tell(ExitCode.Success, report);
    }

    public void Failed(int exitCode, string message) => Tell(exitCode, $"iomerge: {message}\n");

    private void Tell(int exitCode, string text)
    {
        Descriptors.WriteAll(_descriptor, $"{exitCode}\n{text}");
        _ = LibC.close(_descriptor);
    }
}
