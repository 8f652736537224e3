using IoMerge.Backends;
using IoMerge.Mount.Mounting;
using IoMerge.Mount.Volumes;
using IoMerge.Traces;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Hosting;

/// <summary>
/// The recording of a mount: where it may go, who is told when it stops, and what the summary says of it. The recording
/// itself is <see cref="TraceRecorder"/>'s.
/// </summary>
internal sealed class MountRecording
{
    /// <summary>How long, in milliseconds, an unmount waits for the end of the recording: its disk may hang.</summary>
    public const int EndTimeoutMs = 10_000;

    private readonly string _path;

    private MountRecording(string path, TraceRecorder recorder)
    {
        _path = path;
        Recorder = recorder;
    }

    /// <summary>What the readers record to.</summary>
    public TraceRecorder Recorder { get; }

    /// <summary>What the summary says when the end did not come in time.</summary>
    public string NotEnded => $"the recording to {_path} did not end within {EndTimeoutMs / 1000} s, or was not waited "
        + "for: its disk does not answer. The file is not whole.\n";

    /// <summary>Begins to record, if that is asked for.</summary>
    /// <param name="path">The file, which must not exist; empty for no recording.</param>
    /// <param name="mountPoint">The mount point, below which the file must not lie.</param>
    /// <param name="volumes">The volumes, in their order.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the recording has to stop.</param>
    /// <exception cref="MountException">The file cannot be made.</exception>
    public static MountRecording? Start(
        string path, string mountPoint, IReadOnlyList<Volume> volumes, TimeProvider time, ILogger logger)
    {
        if (path.Length == 0)
            return null;
        if (StorePaths.Refuse("the recording", path, mountPoint) is { } refusal)
            throw new MountException(refusal);
        string full = Path.GetFullPath(path);
        if (Path.Exists(full))
            throw new MountException($"{full} exists already, and a recording never overwrites. Remove it, or record "
                + "to another file.");
        try
        {
            IReadOnlyList<TraceVolume> traced = [.. volumes.Select(v => new TraceVolume(v.Name, v.Size))];
            return new MountRecording(full, TraceRecorder.Start(
                full, traced, time, why => MountLog.RecordingStopped(logger, full, why)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MountException($"{full} cannot be recorded to: {e.Message}");
        }
    }

    /// <summary>Ends the recording when nothing arrives any more.</summary>
    /// <returns>A line for the summary.</returns>
    public async Task<string> EndAsync()
    {
        RecordingResult result = await Recorder.StopAsync().ConfigureAwait(false);
        string size = new ByteSize(result.Bytes).ToString();
        return result.Fault is null
            ? $"recorded {result.Arrivals} arrivals to {_path} ({size})\n"
            : $"recording to {_path} stopped after {result.Arrivals} arrivals ({size}): {result.Fault}. "
                + "The file is not whole, and says so to its readers.\n";
    }

    /// <summary>Ends the recording of a mount that never came to be, and leaves no file.</summary>
    public async Task DiscardAsync()
    {
        await Recorder.StopAsync().ConfigureAwait(false);
        File.Delete(_path);
    }
}
