namespace IoMerge.Mount.Commands;

/// <summary>
/// The form in which mount(8) calls helpers, <c>iomerge SOURCE DIR -o OPTIONS</c>, so that /etc/fstab works. It is
/// turned into the arguments of <c>iomerge mount --daemon</c>.
/// </summary>
internal static class MountHelper
{
    /// <summary>Options of mount(8) that say nothing to us: the system or its mount program acts on them.</summary>
    private static readonly HashSet<string> s_ignored = new(StringComparer.Ordinal)
    {
        "defaults", "rw", "auto", "noauto", "nofail", "_netdev", "user", "nouser", "users", "owner", "group",
        "dev", "nodev", "suid", "nosuid", "exec", "noexec", "async", "atime", "noatime", "relatime", "norelatime",
        "strictatime", "lazytime", "nolazytime", "diratime", "nodiratime", "default_permissions", "subtype=iomerge",
    };

    /// <summary>
    /// True for that form: two words that are no options, and then options with a hyphen and one letter.
    /// </summary>
    public static bool IsHelperCall(string[] arguments) =>
        arguments is [{ Length: > 0 } source, { Length: > 0 } directory, ['-', var letter], ..]
        && "osnftvrw".Contains(letter)
        && !source.StartsWith('-') && !directory.StartsWith('-') && !source.StartsWith('[')
        && source is not ("mount" or "unmount" or "umount" or "set" or "check" or "policies" or "completion" or "trace"
            or "bench" or "replay");

    /// <summary>Turns a call of mount(8) into our own arguments.</summary>
    /// <param name="arguments">The call.</param>
    /// <param name="translated">The arguments of <c>iomerge mount</c>.</param>
    /// <param name="fault">What is wrong, when the result is false.</param>
    public static bool TryTranslate(string[] arguments, out IReadOnlyList<string> translated, out string fault)
    {
        List<string> list = ["mount", arguments[1], "--daemon"];
        translated = list;
        AddSource(list, arguments[0]);
        for (int i = 2; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "-o" when i + 1 < arguments.Length:
                    fault = AddOptions(list, arguments[++i]);
                    if (fault.Length > 0)
                        return false;
                    break;
                case "-t" when i + 1 < arguments.Length:
                    i++;
                    break;
                case "-r":
                    list.Add("--read-only");
                    break;
                // Sloppy, no /etc/mtab, fake, verbose, writable: nothing for us to do.
                case "-s" or "-n" or "-f" or "-v" or "-w":
                    break;
                default:
                    fault = $"\"{arguments[i]}\" is no option of a mount helper; it is iomerge SOURCE DIR -o OPTIONS.";
                    return false;
            }
        }
        fault = "";
        return true;
    }

    /// <summary>
    /// The source: a configuration file, a volume (with or without its name), or a word that only serves as the name in
    /// /proc/mounts.
    /// </summary>
    private static void AddSource(List<string> list, string source)
    {
        if (source.StartsWith('/') && !source.Contains(':'))
            list.Add("--config=" + source);
        else if (source.Contains(':'))
            list.Add("--volume=" + (source.Split(':')[0].Contains('=') ? source : "disk=" + source));
        else
            list.Add("--set=Mount:FsName=" + source);
    }

    private static string AddOptions(List<string> list, string options)
    {
        foreach (string option in Split(options))
        {
            if (s_ignored.Contains(option) || option.StartsWith("x-", StringComparison.Ordinal)
                || option.StartsWith("comment=", StringComparison.Ordinal))
                continue;
            string name = option.Split('=')[0];
            string? argument = (name, HasValue: option.Contains('=')) switch
            {
                ("allow_other", false) => "--allow-other",
                ("ro", false) => "--read-only",
                ("clean_stale", false) => "--clean-stale",
                ("config", true) => "--config=" + Value(option),
                ("volume", true) => "--volume=" + Value(option),
                ("policy", true) => "--policy=" + Value(option),
                ("fsname", true) => "--set=Mount:FsName=" + Value(option),
                ("log_file", true) => "--log-file=" + Value(option),
                (_, true) when name.Contains(':') => "--set=" + option,
                _ => null,
            };
            if (argument is null)
                return $"mount option \"{option}\" is not known; known are allow_other, ro, clean_stale, policy=NAME, "
                    + "config=FILE, volume=NAME=SPEC, fsname=NAME, log_file=FILE and any setting, as "
                    + "Scheduler:Depth=8.";
            list.Add(argument);
        }
        return "";
    }

    private static string Value(string option) => option[(option.IndexOf('=', StringComparison.Ordinal) + 1)..];

    /// <summary>Splits at commas; a backslash takes the next comma literally, as mount(8) has it.</summary>
    private static IEnumerable<string> Split(string options) => options
        .Replace("\\,", "\0", StringComparison.Ordinal).Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(option => option.Replace('\0', ','));
}
