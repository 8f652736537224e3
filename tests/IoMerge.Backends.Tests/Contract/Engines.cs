using IoMerge.Backends.Local;
using IoMerge.Rings;

namespace IoMerge.Backends.Tests;

/// <summary>What this machine's kernel has.</summary>
internal static class Engines
{
    /// <summary>Why it has no io_uring; null where it has.</summary>
    internal static string? RingRefusal { get; } = RingOpener.FindRefusal(LinuxRingKernel.Instance);

    /// <summary>Skips the test where it cannot have what it asks for.</summary>
    internal static void SkipWhereRefused(EngineKind engine) =>
        Assert.SkipWhen(engine == EngineKind.IoUring && RingRefusal is not null, $"No io_uring: {RingRefusal}.");
}
