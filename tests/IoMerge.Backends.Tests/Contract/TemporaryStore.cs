using System.Diagnostics;

namespace IoMerge.Backends.Tests;

/// <summary>A directory of a test's own, removed with everything in it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    /// <param name="parent">Where; the file system under it decides what is tested.</param>
    internal TemporaryDirectory(string? parent = null)
    {
        Path = System.IO.Path.Combine(parent ?? System.IO.Path.GetTempPath(), $"iomerge-backends-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
    }

    internal string Path { get; }

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Runs a program of the system and insists on its success.</summary>
internal static class Shell
{
    internal static bool IsRoot => Environment.IsPrivilegedProcess;

    internal static string Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)
            ?? throw new InvalidOperationException($"{program} did not start.");
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error.Result}");
    }
}

/// <summary>A loop device over a file of its own.</summary>
internal sealed class LoopDevice : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    internal LoopDevice(long size, int sectorSize = 512, bool readOnly = false)
    {
        Backing = _directory["disk"];
        using (FileStream file = File.Create(Backing))
            file.SetLength(size);
        string[] options = readOnly ? ["--read-only"] : [];
        Path = Shell.Run("losetup", ["--find", "--show", "--sector-size", $"{sectorSize}", .. options, Backing]);
    }

    internal string Path { get; }

    internal string Backing { get; }

    public void Dispose()
    {
        Shell.Run("losetup", "--detach", Path);
        _directory.Dispose();
    }
}
