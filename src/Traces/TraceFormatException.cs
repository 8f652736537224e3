namespace IoMerge.Traces;

/// <summary>A trace cannot be read, or not further. The message names file, position and cause.</summary>
public sealed class TraceFormatException : Exception
{
    /// <summary>Says what is wrong and where.</summary>
    /// <param name="source">Name of the file.</param>
    /// <param name="position">Where: "byte 4096", "line 12".</param>
    /// <param name="cause">What is wrong there, without a full stop.</param>
    public TraceFormatException(string source, string position, string cause)
        : base($"{source}, {position}: {cause}.") => Position = position;

    /// <summary>Where the damage is.</summary>
    public string Position { get; }
}
