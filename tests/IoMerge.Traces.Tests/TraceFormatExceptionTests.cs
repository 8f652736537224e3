namespace IoMerge.Traces.Tests;

/// <summary>A damaged trace is reported with its name, the place and the cause.</summary>
public sealed class TraceFormatExceptionTests
{
    [Fact]
    public void Message_NamesFilePositionAndCause()
    {
        var exception = new TraceFormatException("a.trace", "byte 4096", "the checksum is wrong");

        Assert.Equal("a.trace, byte 4096: the checksum is wrong.", exception.Message);
        Assert.Equal("byte 4096", exception.Position);
    }
}
