namespace IoMerge.Mount.Configuration;

/// <summary>What a person wants to know about a setting, apart from its value.</summary>
/// <param name="Name">The key below its section, with its own sections: <c>Merge:MaxBytes</c>.</param>
/// <param name="Unit">Unit of the value, or what kind of value it is: <c>bytes</c>, <c>ms</c>, <c>name</c>.</param>
/// <param name="Rule">What is allowed, as a phrase that continues "must be ...".</param>
/// <param name="Default">The value that holds when nothing is configured, as one would write it.</param>
/// <param name="Purpose">What it does and why one would turn it, in one sentence.</param>
internal sealed record KnobInfo(string Name, string Unit, string Rule, string Default, string Purpose);
