using IoMerge.Backends.Rbd.Native;

namespace IoMerge.Backends.Rbd.Tests;

/// <summary>A machine without Ceph's libraries is told what to install.</summary>
public sealed class CephLibrariesTests
{
    [Theory]
    [InlineData("librados.so.2")]
    [InlineData("librbd.so.1")]
    public void Library_ThatIsMissing_IsNamedWithItsPackage(string missing)
    {
        string? reason = CephLibraries.WhyNot(Except(missing), Finds);
        Assert.Contains(missing, reason, StringComparison.Ordinal);
        Assert.Contains("apt install librbd1", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Library_ThatIsTooOld_IsNamedWithTheVersionThatIsNeeded()
    {
        string? reason = CephLibraries.WhyNot(
            Except(""), (nint library, string function, out nint address) => (address = 0) != 0);
        Assert.Contains("too old", reason, StringComparison.Ordinal);
        Assert.Contains("Ceph 16", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Libraries_ThatAreThere_AreNoReason() => Assert.Null(CephLibraries.WhyNot(Except(""), Finds));

    private static CephLibraries.Loader Except(string missing) =>
        (string file, out nint library) => (library = file == missing ? 0 : 1) != 0;

    private static bool Finds(nint library, string function, out nint address) => (address = library) != 0;
}
