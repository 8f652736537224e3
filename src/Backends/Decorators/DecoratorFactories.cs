using Microsoft.Extensions.Logging;

namespace IoMerge.Backends.Decorators;

/// <summary>The decorators there are.</summary>
public static class DecoratorFactories
{
    /// <summary>One factory for each kind.</summary>
    public static IReadOnlyList<IDecoratorFactory> All { get; } =
    [
        new Factory<DelayOptions>("delay", "lets operations reach the store later",
            options => options.Validate(), (inner, options, _, time) => new DelayBackend(inner, options, time)),
        new Factory<ErrorOptions>("error", "fails operations by rule",
            options => options.Validate(), (inner, options, _, _) => new ErrorBackend(inner, options)),
        new Factory<RateLimitOptions>("ratelimit", "limits operations and bytes a second",
            options => options.Validate(), (inner, options, _, time) => new RateLimitBackend(inner, options, time)),
        new Factory<LogOptions>("log", "logs every operation that reaches the store",
            options => options.Validate(),
            (inner, options, logger, time) => new LogBackend(inner, options, logger, time)),
        new Factory<VerifyOptions>("verify", "checks each read against what was written",
            options => options.Validate(), (inner, options, logger, _) => new VerifyBackend(inner, options, logger)),
    ];

    /// <summary>The factory of a kind, whatever the case of its name; null when there is none.</summary>
    public static IDecoratorFactory? Find(string kind) =>
        All.FirstOrDefault(factory => string.Equals(factory.Kind, kind, StringComparison.OrdinalIgnoreCase));

    private delegate IBackend Wrapper<TOptions>(IBackend inner, TOptions options, ILogger? logger, TimeProvider? time);

    private sealed class Factory<TOptions>(
        string kind, string summary, Func<TOptions, IEnumerable<OptionFault>> validate, Wrapper<TOptions> wrap)
        : IDecoratorFactory
        where TOptions : class, new()
    {
        public string Kind => kind;

        public string Summary => summary;

        public object CreateOptions() => new TOptions();

        public IEnumerable<OptionFault> Validate(object options) => validate((TOptions)options);

        public IBackend Wrap(IBackend inner, object options, ILogger? logger, TimeProvider? time) =>
            wrap(inner, (TOptions)options, logger, time);
    }
}
