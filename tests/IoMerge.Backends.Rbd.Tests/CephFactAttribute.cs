using System.Runtime.CompilerServices;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Rbd.Tests;

/// <summary>A test against the cluster; skipped, with the reason, where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CephFactAttribute : FactAttribute
{
    /// <summary>Marks a test.</summary>
    public CephFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = CephCluster.WhyNot;
}
