using System.Reflection;

namespace IoMerge.Mount.Hosting;

/// <summary>What this program says about itself.</summary>
internal static class ProgramInfo
{
    /// <summary>Version and commit that it was built from, <c>0.1.0+abcdef123456</c>; without git no commit.</summary>
    public static string Version { get; } = typeof(ProgramInfo).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
