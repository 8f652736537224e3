namespace IoMerge.Testing.Processes;

/// <summary>
/// A folder of one test's own, removed with it. On a disk (<c>/var/tmp</c>, or <c>TMPDIR</c> when set) rather than
/// on a tmpfs, because stores in it are opened with O_DIRECT.
/// </summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Creates it, readable by everybody: mounts by ordinary users happen in it.</summary>
    public TemporaryFolder()
    {
        string parent = Environment.GetEnvironmentVariable("TMPDIR") ?? "/var/tmp";
        Path = System.IO.Path.Combine(parent, $"iomerge-test-{Environment.ProcessId}-{Guid.NewGuid():N}"[..38]);
        Shell.Run($"mkdir -p '{Path}' && chmod 755 '{Path}'");
    }

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>The path of <paramref name="name"/> in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A new folder in it.</summary>
    public string Folder(string name) => Directory.CreateDirectory(File(name)).FullName;

    /// <summary>Removes it; what is still mounted below is never descended into.</summary>
    public void Dispose() => Shell.Try($"rm -rf --one-file-system '{Path}'");
}
