namespace IoMerge.Backends.Rbd.Tests;

/// <summary>Names of images, as the program <c>rbd</c> writes them.</summary>
public sealed class RbdNameTests
{
    [Theory]
    [InlineData("rbd/disk", "rbd", "", "disk", "")]
    [InlineData("rbd/disk@monday", "rbd", "", "disk", "monday")]
    [InlineData("pool/team/disk", "pool", "team", "disk", "")]
    [InlineData("pool/team/disk@s", "pool", "team", "disk", "s")]
    [InlineData("p o/d, e=f", "p o", "", "d, e=f", "")]
    [InlineData("ä/ö", "ä", "", "ö", "")]
    public void Name_WrittenRightly_IsReadAndWrittenAgain(
        string text, string pool, string space, string image, string snapshot)
    {
        Assert.True(RbdName.TryParse(text, out RbdName? name));
        Assert.Equal(new RbdName(pool, space, image, snapshot), name);
        Assert.Equal(text, name.ToString());
        Assert.Equal(snapshot.Length > 0, name.IsSnapshot);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("disk")]
    [InlineData("/disk")]
    [InlineData("rbd/")]
    [InlineData("rbd//disk")]
    [InlineData("a/b/c/d")]
    [InlineData("rbd/disk@")]
    [InlineData("rbd/disk@a@b")]
    [InlineData("rbd/disk@a/b")]
    [InlineData("rbd@a/disk")]
    [InlineData("rbd/di\0sk")]
    [InlineData("rbd/di\nsk")]
    [InlineData(" rbd/disk")]
    [InlineData("rbd/disk ")]
    public void Name_WrittenWrongly_IsRefused(string? text) => Assert.False(RbdName.TryParse(text, out _));

    [Fact]
    public void Options_ThatAreWrong_AreNamedWithTheirRule()
    {
        RbdBackendOptions wrong = new()
        {
            Image = "disk",
            Conf = "a\0",
            Keyring = "b\0",
            Id = "client.admin",
            Namespace = "a/b",
            ConnectTimeoutMs = 10,
            RequestTimeoutMs = -1,
        };
        Assert.Equal(
            ["Image", "Conf", "Keyring", "Id", "Namespace", "ConnectTimeoutMs", "RequestTimeoutMs"],
            wrong.Validate().Select(fault => fault.Key));
        BackendOpenException thrown = Assert.Throws<BackendOpenException>(() => RbdBackend.Open(wrong));
        Assert.Contains("POOL/IMAGE", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_ThatNameTwoNamespaces_AreRefused()
    {
        RbdBackendOptions options = new() { Image = "rbd/one/disk", Namespace = "two" };
        Assert.Equal("Namespace", Assert.Single(options.Validate()).Key);
        Assert.Empty((options with { Namespace = "one" }).Validate());
        Assert.Empty((options with { Image = "rbd/disk", RequestTimeoutMs = 0 }).Validate());
    }
}
