using System.Diagnostics.CodeAnalysis;

namespace IoMerge.Backends.Rbd;

/// <summary>
/// The name of an image or of a snapshot of it, as the program <c>rbd</c> writes it. Only the writing is checked here;
/// whether it exists is found out at opening.
/// </summary>
/// <param name="Pool">The pool.</param>
/// <param name="Namespace">The namespace in the pool; empty for the one without a name.</param>
/// <param name="Image">The image.</param>
/// <param name="Snapshot">The snapshot; empty for the image itself.</param>
public sealed record RbdName(string Pool, string Namespace, string Image, string Snapshot)
{
    /// <summary>What a name must be, as the end of the sentence "must be ...".</summary>
    public const string Rule = "POOL/IMAGE or POOL/NAMESPACE/IMAGE, each with @SNAPSHOT behind it or not";

    /// <summary>True for a snapshot.</summary>
    public bool IsSnapshot => Snapshot.Length > 0;

    /// <summary>Reads a name.</summary>
    /// <returns>False when it is written wrongly.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RbdName? name)
    {
        name = null;
        if (string.IsNullOrEmpty(text))
            return false;
        string[] halves = text.Split('@');
        string[] parts = halves[0].Split('/');
        bool right = halves.Length <= 2 && parts.Length is 2 or 3
            && parts.Concat(halves.Skip(1)).All(part => part.Length > 0 && IsPartOrEmpty(part));
        if (right)
        {
            string space = parts.Length == 3 ? parts[1] : "";
            name = new RbdName(parts[0], space, parts[^1], halves.ElementAtOrDefault(1) ?? "");
        }
        return right;
    }

    /// <summary>True when a text can stand between the separators of a name, or is empty.</summary>
    internal static bool IsPartOrEmpty(string? text) =>
        text is not null && !text.Any(c => c is '/' or '@' || char.IsControl(c)) && text.Trim().Length == text.Length;

    /// <summary>The name as it is written.</summary>
    public override string ToString() =>
        $"{Pool}/{(Namespace.Length > 0 ? Namespace + "/" : "")}{Image}{(IsSnapshot ? "@" + Snapshot : "")}";
}
