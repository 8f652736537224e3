namespace IoMerge.Backends.Rbd.Tests;

/// <summary>Each answer of Ceph at opening becomes a sentence with the cause and the way out.</summary>
public sealed class OpenErrorsTests
{
    private const string Monitors = "[v2:10.0.0.1:3300]";

    [Theory]
    [InlineData(OpenStage.Configuration, 2, "/etc/my.conf cannot be read", "Check the path")]
    [InlineData(OpenStage.Configuration, 22, "is no Ceph configuration", "Conf (conf=PATH)")]
    [InlineData(OpenStage.Cluster, 110, "no monitor of [v2:10.0.0.1:3300] answered within 15 s", "ConnectTimeoutMs")]
    [InlineData(OpenStage.Cluster, 2, "/etc/my.keyring does not exist or has no key", "ceph auth get client.web -o")]
    [InlineData(OpenStage.Cluster, 13, "does not let client.web in", "keyring=PATH")]
    [InlineData(OpenStage.Cluster, 1, "does not let client.web in", "keyring=PATH")]
    [InlineData(OpenStage.Cluster, 5, "failed with EIO", Monitors)]
    [InlineData(OpenStage.Pool, 2, "no pool fast", "ceph osd pool ls")]
    [InlineData(OpenStage.Pool, 1, "no permission", "ceph auth caps client.web")]
    [InlineData(OpenStage.Image, 2, "no image disk in namespace team of pool fast", "rbd ls fast/team")]
    [InlineData(OpenStage.Image, 1, "no permission for the image", "profile rbd pool=fast")]
    [InlineData(OpenStage.Image, 110, "did not answer within 7 s", "ceph status")]
    [InlineData(OpenStage.Image, 108, "blocklisted", "ceph osd blocklist rm")]
    [InlineData(OpenStage.Image, 30, "can only be read", "readonly")]
    [InlineData(OpenStage.Image, 95, "cannot be had (EOPNOTSUPP)", "the image")]
    [InlineData(OpenStage.Snapshot, 2, "no snapshot monday", "rbd snap ls fast/team/disk")]
    [InlineData(OpenStage.Lock, 30, "another client holds its exclusive lock", "rbd status")]
    [InlineData(OpenStage.Lock, 16, "another client holds its exclusive lock", "read-only")]
    [InlineData(OpenStage.Lock, 110, "did not answer", "ceph status")]
    [InlineData(OpenStage.Facts, 1, "no permission for the image's facts", "ceph auth caps")]
    internal void Answer_OfCephAtOpening_BecomesCauseAndWayOut(
        OpenStage stage, int error, string cause, string wayOut)
    {
        RbdBackendOptions options = new()
        {
            Image = "fast/team/disk@monday",
            Conf = "/etc/my.conf",
            Keyring = "/etc/my.keyring",
            Id = "web",
            RequestTimeoutMs = 6001,
        };
        Assert.True(RbdName.TryParse(options.Image, out RbdName? name));

        string message = new OpenErrors(options, name, Monitors).Refuse(stage, new Errno(error)).Message;

        Assert.StartsWith("The RBD image fast/team/disk@monday cannot be opened: ", message, StringComparison.Ordinal);
        Assert.Contains(cause, message, StringComparison.Ordinal);
        Assert.Contains(wayOut, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OpenStage.Configuration, 2, "/etc/ceph/ceph.conf")]
    [InlineData(OpenStage.Cluster, 2, "names no monitor")]
    internal void Answer_WithNothingConfigured_SaysWhatToConfigure(OpenStage stage, int error, string wayOut)
    {
        RbdName name = new("rbd", "", "disk", "");
        string message = new OpenErrors(new RbdBackendOptions(), name, "").Refuse(stage, new Errno(error)).Message;
        Assert.Contains(wayOut, message, StringComparison.Ordinal);
        Assert.Contains("conf=PATH", message, StringComparison.Ordinal);
    }
}
