namespace IoMerge.Mount.Configuration;

/// <summary>The kinds of decorators that a configuration may wrap around a store.</summary>
internal static class DecoratorKinds
{
    public static IReadOnlyList<KindInfo> All { get; } =
    [
    ];
}
