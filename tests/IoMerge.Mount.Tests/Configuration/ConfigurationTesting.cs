using System.Collections;
using System.Text;
using IoMerge.Mount.Configuration;
using IoMerge.Testing;

namespace IoMerge.Mount.Tests.Configuration;

/// <summary>Loads configurations from texts, with no environment unless one is given.</summary>
internal static class ConfigurationTesting
{
    public const string MinimalVolume = "v=memory:1MiB";

    /// <summary>The repository's own default file.</summary>
    public static string AppSettings { get; } = File.ReadAllText(RepositoryRoot.Combine("appsettings.json"));

    public static ConfigurationResult Load(
        CommandLineSettings settings, string? defaults = null, IDictionary? environment = null)
    {
        using var file = new TemporaryFile(defaults ?? "{}");
        return ConfigurationLoader.Load(settings, file.Path, environment ?? new Hashtable());
    }

    public static ConfigurationResult LoadText(string json)
    {
        using var file = new TemporaryFile(json);
        return ConfigurationLoader.Load(
            new CommandLineSettings { ConfigFile = file.Path }, "/nonexistent/appsettings.json", new Hashtable());
    }

    public static ConfigurationResult LoadSets(params string[] sets) =>
        Load(new CommandLineSettings { Volumes = [MinimalVolume], Sets = sets });
}

/// <summary>A file that is gone after the test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(string text) : this(Encoding.UTF8.GetBytes(text))
    {
    }

    public TemporaryFile(byte[] bytes)
    {
        Path = System.IO.Path.GetTempFileName();
        File.WriteAllBytes(Path, bytes);
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
