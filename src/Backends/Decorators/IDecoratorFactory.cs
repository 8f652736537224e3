using Microsoft.Extensions.Logging;

namespace IoMerge.Backends.Decorators;

/// <summary>
/// Makes one kind of decorator. Whoever reads a configuration finds the factory by <see cref="Kind"/>, creates options,
/// binds the section to them, asks for faults, and wraps.
/// </summary>
public interface IDecoratorFactory
{
    /// <summary>The name in the configuration, in lower case.</summary>
    string Kind { get; }

    /// <summary>One sentence for a person.</summary>
    string Summary { get; }

    /// <summary>Options with their defaults; a record with settable properties.</summary>
    object CreateOptions();

    /// <summary>Everything that is wrong with options that <see cref="CreateOptions"/> made.</summary>
    IEnumerable<OptionFault> Validate(object options);

    /// <summary>Puts a decorator around a backend.</summary>
    /// <exception cref="BackendOpenException">The options are wrong, or something they name cannot be used.</exception>
    IBackend Wrap(IBackend inner, object options, ILogger? logger = null, TimeProvider? time = null);
}
