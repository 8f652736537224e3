using System.Globalization;
using System.Runtime.InteropServices;

namespace IoMerge.Mount.Configuration;

/// <summary>
/// Turns the names of users and groups into numbers, through the system's name service (so that directory services
/// count). For one thread at a time: the C library answers in memory of its own.
/// </summary>
internal static unsafe partial class Accounts
{
    /// <summary>Number of the user this process acts for.</summary>
    public static uint CurrentUser => GetEffectiveUser();

    /// <summary>Number of the group this process acts for.</summary>
    public static uint CurrentGroup => GetEffectiveGroup();

    /// <summary>The number of a user given by name or number; false when there is none of that name.</summary>
    public static bool TryFindUser(string text, out uint id) => TryFind(text, FindUser, out id);

    /// <summary>The number of a group given by name or number; false when there is none of that name.</summary>
    public static bool TryFindGroup(string text, out uint id) => TryFind(text, FindGroup, out id);

    private static bool TryFind(string text, Func<string, nint> find, out uint id)
    {
        // 2^32 - 1 means "leave as it is" to the system and is nobody's number.
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id))
            return id != uint.MaxValue;
        nint entry = text.Contains('\0') ? 0 : find(text);
        if (entry == 0)
            return false;
        id = ((AccountEntry*)entry)->Id;
        return true;
    }

    /// <summary>
    /// How struct passwd and struct group begin on 64-bit Linux: both have the number in the same place.
    /// </summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct AccountEntry
    {
        private readonly nint _name;
        private readonly nint _password;
        public readonly uint Id;
    }

    [LibraryImport("libc", EntryPoint = "getpwnam", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint FindUser(string name);

    [LibraryImport("libc", EntryPoint = "getgrnam", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint FindGroup(string name);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetEffectiveGroup();
}
