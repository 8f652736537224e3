using System.Runtime.InteropServices;
using IoMerge.Backends;

namespace IoMerge.Mount.Mounting.Native;

/// <summary>Error numbers of calls that just failed, and their texts.</summary>
internal static class SystemError
{
    /// <summary>The number of the last call's error on this thread.</summary>
    public static Errno Last => new(Marshal.GetLastPInvokeError());

    /// <summary>The system's own words, with the name people search for: <c>Permission denied (EACCES)</c>.</summary>
    public static string Text(Errno errno) => $"{Marshal.GetPInvokeErrorMessage(errno.Value)} ({errno})";
}
