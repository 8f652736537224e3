using System.Globalization;
using IoMerge.Mount.Mounting.Native;
using Tmds.Linux;

namespace IoMerge.Mount.Hosting;

/// <summary>Tells it to the process that started this one in the background.</summary>
internal sealed class PipeAnnouncer : IAnnouncer
{
    /// <summary>The variable by which a service manager says where it wants to be told.</summary>
    public const string NotifyVariable = "NOTIFY_SOCKET";

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
        if (!isOpen)
            return null;
        // What went into the background is not the service that the manager waits for.
        Environment.SetEnvironmentVariable(NotifyVariable, null);
        return new PipeAnnouncer(descriptor);
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
