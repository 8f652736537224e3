using System.Globalization;

namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>An operation that reached the store.</summary>
/// <param name="Kind">Read, Write, Flush and so on.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Members">How many requests travelled in it.</param>
/// <param name="Error">How it ended: <c>ok</c>, or the name of an errno.</param>
internal sealed record StoreOperation(string Kind, long Length, int Members, string Error)
{
    /// <summary>Whether it failed with that error and carried more than one request.</summary>
    internal bool FailedTogether(string kind, string error) => Kind == kind && Error == error && Members > 1;
}

/// <summary>The log decorator writing to a file, and a delay to make requests meet.</summary>
internal sealed class StoreLog : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("operations.log");

    /// <summary>A delay of every operation, as decorator number <paramref name="index"/>.</summary>
    internal static IEnumerable<string> Delay(int index, int microseconds) =>
        Decorator.Arguments(index, "delay", ("ReadDelayUs", $"{microseconds}"), ("WriteDelayUs", $"{microseconds}"));

    /// <summary>The log itself as decorator number <paramref name="index"/>.</summary>
    internal IEnumerable<string> Arguments(int index) => Decorator.Arguments(index, "log", ("Path", Path));

    /// <summary>What was logged; complete once the server has ended.</summary>
    internal IEnumerable<StoreOperation> Read() => File.ReadLines(Path).Skip(1).Select(Parse);

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static StoreOperation Parse(string line)
    {
        // start_us kind offset length members flags error result took_us
        string[] fields = line.Split(' ');
        return new StoreOperation(
            fields[1], long.Parse(fields[3], CultureInfo.InvariantCulture),
            int.Parse(fields[4], CultureInfo.InvariantCulture), fields[6]);
    }
}

/// <summary>Decorators around the store, as configuration keys on the command line.</summary>
internal static class Decorator
{
    internal static IEnumerable<string> Arguments(
        int index, string kind, params (string Key, string Value)[] options) =>
        options.Prepend(("Kind", kind)).SelectMany(option =>
            new[] { "--set", $"Volumes:disk:Decorators:{index}:{option.Item1}={option.Item2}" });
}

/// <summary>Faults injected below the scheduler.</summary>
internal static class Faults
{
    /// <summary>EIO for whatever touches a range.</summary>
    internal static IEnumerable<string> BadRange(int index, long offset, long length) =>
        Decorator.Arguments(index, "error", ("Offset", $"{offset}"), ("Length", $"{length}"));

    /// <summary>EIO for the first write alone; those after it would succeed.</summary>
    internal static IEnumerable<string> FirstWrite(int index) =>
        Decorator.Arguments(index, "error", ("Kinds", "Write"), ("Nth", "1"));

    /// <summary>EIO for the first flush alone; those after it would succeed.</summary>
    internal static IEnumerable<string> FirstFlush(int index) =>
        Decorator.Arguments(index, "error", ("Kinds", "Flush"), ("Nth", "1"));
}
