using System.Text;

namespace IoMerge.Mount.Configuration;

/// <summary>
/// The short form of a volume on the command line, <c>NAME=KIND:...</c>, turned into settings of its section. Values
/// are checked here too, so that a mistake is told together with the grammar.
/// </summary>
internal static class VolumeSpec
{
    /// <summary>What may be written.</summary>
    public const string Grammar = """
        NAME=memory:SIZE[,growable]
        NAME=file:PATH[,create=SIZE][,direct=off|preferred|required][,growable][,readonly]
        NAME=block:PATH[,readonly]
        NAME=NBD-URI[,connections=N][,readonly], as nbd://HOST/EXPORT or nbd+unix:///EXPORT?socket=PATH
        NAME=rbd:POOL/IMAGE[@SNAPSHOT][,conf=PATH][,id=USER][,keyring=PATH][,namespace=NAME][,cache][,ioscheduler]
            [,readonly]
        SIZE is a number of bytes or a number with KiB, MiB, GiB or TiB; write a comma in a PATH as \,
        """;

    private static readonly Form[] s_forms =
    [
        new("memory", "Size", [new("growable", "Backend:Growable", true)]),
        new("file", "Path",
        [
            new("create", "Backend:CreateSize", false), new("direct", "Backend:Direct", false),
            new("growable", "Backend:Growable", true), new("readonly", "ReadOnly", true),
        ]),
        new("block", "Path", [new("readonly", "ReadOnly", true)]),
        new("nbd", "Uri",
            [new("connections", "Backend:Connections", false), new("readonly", "ReadOnly", true)],
            ["nbd", "nbds", "nbd+unix", "nbds+unix"]),
        new("rbd", "Image",
        [
            new("conf", "Backend:Conf", false), new("id", "Backend:Id", false),
            new("keyring", "Backend:Keyring", false), new("namespace", "Backend:Namespace", false),
            new("cache", "Backend:Cache", true), new("ioscheduler", "Backend:IoScheduler", true),
            new("readonly", "ReadOnly", true),
        ]),
    ];

    /// <summary>Reads a volume.</summary>
    /// <param name="text">What was written, <c>NAME=SPEC</c>.</param>
    /// <param name="name">The volume's name.</param>
    /// <param name="settings">Its settings, with keys below <c>Volumes:NAME</c>.</param>
    /// <returns>Null when it could be read; otherwise what is wrong.</returns>
    public static string? TryParse(string text, out string name, out List<(string Key, string Value)> settings)
    {
        settings = [];
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        name = equals < 0 ? "" : text[..equals];
        if (equals < 0)
            return "has no NAME= at its beginning";
        if (VolumeName.Check(name) is { } badName)
            return $"the name {badName}";
        string spec = text[(equals + 1)..];
        int colon = spec.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return "has no KIND: after the name";
        string kind = spec[..colon];
        Form? form = s_forms.FirstOrDefault(f => f.Beginnings.Contains(kind, StringComparer.OrdinalIgnoreCase));
        if (form is null)
            return $"\"{kind}\" is no kind of store{Suggest(kind, s_forms.SelectMany(f => f.Beginnings))}";
        // A URI begins with its kind; other places follow theirs.
        string main = form.Schemes is null ? spec[(colon + 1)..] : spec;
        return TryParseForm(form, SplitAtCommas(main), settings);
    }

    private static string? TryParseForm(Form form, List<string> parts, List<(string Key, string Value)> settings)
    {
        if (parts[0].Length == 0)
            return $"{form.Kind}: needs its {form.Main.ToUpperInvariant()} first";
        settings.Add(("Backend:Kind", form.Kind));
        if (Add(form, "Backend:" + form.Main, parts[0], settings) is { } badMain)
            return badMain;
        foreach (string part in parts.Skip(1))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string word = equals < 0 ? part : part[..equals];
            Word? known = form.Words.FirstOrDefault(
                w => string.Equals(w.Name, word, StringComparison.OrdinalIgnoreCase));
            if (known is null)
                return $"\"{word}\" is no option of {form.Kind}{Suggest(word, form.Words.Select(w => w.Name))}";
            if (known.IsSwitch != (equals < 0))
                return known.IsSwitch
                    ? $"{known.Name} takes no value" : $"{known.Name} needs a value: {known.Name}=...";
            if (settings.Any(setting => setting.Key == known.Key))
                return $"{known.Name} is there twice";
            if (Add(form, known.Key, known.IsSwitch ? "true" : part[(equals + 1)..], settings) is { } bad)
                return bad;
        }
        return null;
    }

    private static string? Add(Form form, string key, string value, List<(string Key, string Value)> settings)
    {
        const string Section = "Backend:";
        if (key.StartsWith(Section, StringComparison.Ordinal))
        {
            IKnobTable table = BackendKinds.All.Single(kind => kind.Name == form.Kind).Table;
            string name = key[Section.Length..];
            if (table.Check(name, value) is { } rule)
                return $"\"{value}\" must be {rule}";
        }
        settings.Add((key, value));
        return null;
    }

    /// <summary>Splits at commas; a backslash takes the next comma or backslash literally.</summary>
    private static List<string> SplitAtCommas(string text)
    {
        List<string> parts = [];
        var part = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == ',')
            {
                parts.Add(part.ToString());
                part.Clear();
                continue;
            }
            bool isEscape = text[i] == '\\' && i + 1 < text.Length && text[i + 1] is ',' or '\\';
            part.Append(isEscape ? text[++i] : text[i]);
        }
        parts.Add(part.ToString());
        return parts;
    }

    private static string Suggest(string word, IEnumerable<string> known)
    {
        string[] names = [.. known];
        return NearestName.Find(word, names) is { } meant
            ? $"; did you mean {meant}?" : $"; known: {string.Join(", ", names)}";
    }

    /// <param name="Kind">Kind of the store.</param>
    /// <param name="Main">Key of what comes first.</param>
    /// <param name="Words">What may follow.</param>
    /// <param name="Schemes">What a URI of this kind begins with; null where places are no URIs.</param>
    private sealed record Form(string Kind, string Main, Word[] Words, string[]? Schemes = null)
    {
        public string[] Beginnings => Schemes ?? [Kind];
    }

    private sealed record Word(string Name, string Key, bool IsSwitch);
}
