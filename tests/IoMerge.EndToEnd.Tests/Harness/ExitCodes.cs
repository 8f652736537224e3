namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>The exit codes that the manual promises. Written down again on purpose: scripts rely on them.</summary>
internal static class ExitCodes
{
    internal const int Runtime = 1;
    internal const int Usage = 2;
    internal const int MountFailed = 32;
}
