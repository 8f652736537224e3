using System.Text.RegularExpressions;

namespace IoMerge.Repository.Tests;

/// <summary>
/// Every constant of the sources that has a name of C, <c>WRITTEN_LIKE_THIS</c>, has the value that the system's
/// headers give it. The program's own constants are written otherwise, so none is left out by mistake.
/// </summary>
public sealed partial class NativeConstantTests
{
    /// <summary>Numbers of the NBD protocol by its names: what C knows by the same name has the same value.</summary>
    private const string Protocol = "src/Backends/Nbd/Protocol/NbdWire.cs";

    /// <summary>The minor version that is spoken, and a number that the kernel keeps to itself.</summary>
    private static readonly string[] s_inNoHeader = ["FUSE_KERNEL_MINOR_VERSION", "FUSE_DEFAULT_MAX_PAGES_PER_REQ"];

    /// <summary>What headers of older distributions lack; the kernel is asked at run time. All are macros.</summary>
    private static readonly string[] s_younger =
    [
        "IORING_SETUP_COOP_TASKRUN", "IORING_SETUP_SINGLE_ISSUER", "IORING_SETUP_DEFER_TASKRUN", "STATX_DIOALIGN",
        "MADV_POPULATE_WRITE", "FOPEN_PARALLEL_DIRECT_WRITES",
    ];

    /// <summary>Constants under a name of the program's own.</summary>
    private static readonly (string Ours, string Theirs)[] s_renamed =
        [("MaxSegments", "IOV_MAX"), ("MaxSegmentsPerCall", "IOV_MAX")];

    [Fact]
    public void Constants_NamedAsInC_HaveTheValuesOfTheHeaders()
    {
        Constant[] ours = [.. Constants()];
        Assert.True(ours.Length > 150, $"the search for constants finds only {ours.Length}: it is broken");

        string[] answers = CHeaders.Ask([.. ours.Select(constant => constant.Question)]);

        Findings.AssertNone(ours.Zip(answers)
            .Where(pair => pair.Second.Split(' ') is var values && values[0] != values[1])
            .Select(pair => $"{pair.First.File}: {pair.First.Name} (header, ours): {pair.Second}"));
    }

    [Theory]
    [InlineData("    internal const uint FUSE_DEV_IOC_CLONE = 0x8004E500;", "FUSE_DEV_IOC_CLONE")]
    [InlineData("        const int SOL_SOCKET = 1;", "SOL_SOCKET")]
    [InlineData("    internal const int SYS_io_uring_setup = 425;", "SYS_io_uring_setup")]
    [InlineData("    public static Errno EIO => new(5);", "EIO")]
    [InlineData("    internal const int MaxSegments = 1024;", "IOV_MAX")]
    [InlineData("    private const int Own = 1;", null)]
    public void Constant_OfALine_IsFound(string line, string? name) =>
        Assert.Equal(name, Of("some.cs", line)?.Name);

    private static IEnumerable<Constant> Constants() => RepositoryFiles.WithEnding(".cs")
        .Where(file => file.Name.StartsWith("src/", StringComparison.Ordinal))
        .SelectMany(file => file.Lines.Select(line => Of(file.Name, line)))
        .OfType<Constant>()
        .Where(constant => !s_inNoHeader.Contains(constant.Name));

    private static Constant? Of(string file, string line)
    {
        foreach ((string ours, string theirs) in s_renamed)
            line = line.Replace($" {ours} =", $" {theirs} =", StringComparison.Ordinal);
        Match match = Declaration().Match(line);
        return match.Success ? new Constant(file, match.Groups[1].Value, match.Groups[2].Value) : null;
    }

    // A value is an expression of C too: a number, a shift, other constants.
    [GeneratedRegex(@"\bconst (?:s?byte|u?short|u?int|u?long|nu?int) ([A-Z][A-Z0-9_]+|SYS_\w+) = ([^;]+);"
        + @"|\bErrno (?<1>E[A-Z0-9]+) => new\((?<2>\d+)\);")]
    private static partial Regex Declaration();

    private sealed record Constant(string File, string Name, string Value)
    {
        internal string Question => File == Protocol || s_younger.Contains(Name)
            ? $"#ifdef {Name}\n{Print}\n#else\nputs(\"0 0\");\n#endif"
            : Print;

        private string Print => $"printf(\"%lld %lld\\n\", (long long)({Name}), (long long)({Value}));";
    }
}
