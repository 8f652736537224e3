namespace IoMerge.Backends;

/// <summary>One thing that is wrong with options: what the person wrote, and the rule it breaks.</summary>
/// <param name="Key">Name of the option, as in the configuration.</param>
/// <param name="Value">What it was set to.</param>
/// <param name="Rule">What it must be, as the end of the sentence "must be ...".</param>
public sealed record OptionFault(string Key, string Value, string Rule)
{
    /// <summary>A sentence for a person.</summary>
    public override string ToString() => $"{Key} is \"{Value}\"; it must be {Rule}.";

    /// <summary>Throws one exception that names all the faults, if there are any.</summary>
    /// <exception cref="BackendOpenException">There are faults.</exception>
    public static void ThrowIfAny(string subject, IEnumerable<OptionFault> faults)
    {
        string[] sentences = [.. faults.Select(fault => fault.ToString())];
        if (sentences.Length > 0)
            throw new BackendOpenException($"{subject}: {string.Join(" ", sentences)}");
    }
}
