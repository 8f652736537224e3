using System.Reflection;

namespace IoMerge.Mount.Hosting;

/// <summary>What this program says about itself.</summary>
internal static class ProgramInfo
{
    /// <summary>The version, without the build's own suffix.</summary>
    public static string Version { get; } = typeof(ProgramInfo).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
