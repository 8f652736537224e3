namespace IoMerge.Mount.Configuration;

/// <summary>A backend or decorator as configured: which kind, and the options of that kind.</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="Options">The options; their type belongs to the kind.</param>
internal sealed record ConfiguredKind(string Kind, object Options);
