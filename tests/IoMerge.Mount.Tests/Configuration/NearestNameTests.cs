using IoMerge.Mount.Configuration;

namespace IoMerge.Mount.Tests.Configuration;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("Depht", "Depth")]
    [InlineData("depth", "Depth")]
    [InlineData("MaxByte", "MaxBytes")]
    [InlineData("ReadGapByts", "ReadGapBytes")]
    [InlineData("Elephant", null)]
    [InlineData("x", null)]
    public void Name_WithFewErrors_IsFound(string name, string? expected) =>
        Assert.Equal(expected, NearestName.Find(name, ["Policy", "Depth", "MaxBytes", "ReadGapBytes"]));
}
