namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>A loop device over a file, detached at the end.</summary>
internal sealed class LoopDevice : IDisposable
{
    /// <param name="file">The file that it shows.</param>
    /// <param name="options">Further options of losetup.</param>
    internal LoopDevice(string file, string options = "") =>
        Path = Shell.Run($"losetup --find --show {options} '{file}'").Trim();

    /// <summary>The device, such as <c>/dev/loop3</c>.</summary>
    internal string Path { get; }

    /// <summary>Detaches it.</summary>
    public void Dispose() => Shell.Try($"losetup --detach {Path}");
}
