namespace IoMerge.Testing;

/// <summary>Finds the repository that a test run was built from. Not by the source path a compiler recorded:
/// a deterministic build replaces that.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder that holds <c>IoMerge.sln</c>, as an absolute path.</summary>
    public static string Path { get; } = Find();

    /// <summary>An absolute path inside the repository.</summary>
    public static string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "IoMerge.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException(
                $"No IoMerge.sln above {AppContext.BaseDirectory}: run the tests in place.");
    }
}
