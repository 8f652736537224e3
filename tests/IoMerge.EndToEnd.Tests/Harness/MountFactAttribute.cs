using System.Runtime.CompilerServices;

namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>Whether this machine can run tests with real mounts, and if not, why.</summary>
internal static class Machine
{
    internal static string? WhyNoMounts { get; } =
        !Environment.IsPrivilegedProcess ? "needs root: it mounts and makes loop devices"
        : !File.Exists("/dev/fuse") ? "needs /dev/fuse"
        : null;

    private static readonly Lazy<bool> s_ioUring = new(() => Shell.Try(
        "fio --name=probe --ioengine=io_uring --rw=read --size=4k --filename=/bin/sh --readonly").ExitCode == 0);

    /// <summary>Whether programs may use io_uring; many containers forbid it.</summary>
    internal static bool HasIoUring => s_ioUring.Value;
}

/// <summary>A test with a real mount; skipped, with the reason, where there is no root or no /dev/fuse.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : FactAttribute
{
    /// <summary>Marks a test.</summary>
    public MountFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Machine.WhyNoMounts;
}

/// <summary>The same for a test with cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountTheoryAttribute : TheoryAttribute
{
    /// <summary>Marks a test.</summary>
    public MountTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Machine.WhyNoMounts;
}
