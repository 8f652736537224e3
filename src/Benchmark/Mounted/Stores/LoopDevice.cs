using IoMerge.Benchmark.Mounted.Programs;

namespace IoMerge.Benchmark.Mounted.Stores;

/// <summary>A loop device over a file. Disposing detaches it.</summary>
internal sealed class LoopDevice : IDisposable
{
    private LoopDevice(string path) => Path = path;

    /// <summary>The device, such as <c>/dev/loop3</c>.</summary>
    public string Path { get; }

    /// <summary>Its major and minor number, as <c>7:3</c>.</summary>
    public string Number => File.ReadAllText($"/sys/class/block/{System.IO.Path.GetFileName(Path)}/dev").Trim();

    /// <summary>Makes one.</summary>
    /// <param name="file">The file that it shows.</param>
    /// <param name="isDirect">Whether it goes past the page cache of the file.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="IOException">There is none to be had.</exception>
    public static async Task<LoopDevice> AttachAsync(string file, bool isDirect, CancellationToken stop)
    {
        var command = new CommandWords("losetup",
            ["--find", "--show", $"--direct-io={(isDirect ? "on" : "off")}", file]);
        return new LoopDevice((await ProgramRun.RequireAsync(command, stop).ConfigureAwait(false)).Trim());
    }

    public void Dispose() => Detach(Path);

    /// <summary>Detaches a device, whoever made it.</summary>
    public static void Detach(string device) => ProgramRun.RunAsync(
        new CommandWords("losetup", ["--detach", device]), CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>The devices over files below a folder.</summary>
    public static IEnumerable<string> Below(string folder)
    {
        foreach (string device in Directory.EnumerateDirectories("/sys/class/block", "loop*"))
        {
            string backing = System.IO.Path.Combine(device, "loop", "backing_file");
            if (File.Exists(backing) && File.ReadAllText(backing).StartsWith(folder + "/", StringComparison.Ordinal))
                yield return "/dev/" + System.IO.Path.GetFileName(device);
        }
    }
}
