namespace IoMerge.Backends.Rbd.Tests;

/// <summary>What librbd reports, and what callers get of it.</summary>
public sealed class RbdErrorsTests
{
    [Theory]
    [InlineData(-5, 5)]
    [InlineData(-108, 5)] // Blocklisted.
    [InlineData(-2, 5)] // The image or its pool is gone.
    [InlineData(-1, 5)]
    [InlineData(-13, 5)]
    [InlineData(-107, 5)]
    [InlineData(-11, 5)]
    [InlineData(-16, 5)]
    [InlineData(-110, 110)]
    [InlineData(-30, 30)]
    [InlineData(-28, 28)]
    [InlineData(-122, 122)]
    [InlineData(-22, 22)]
    [InlineData(-12, 12)]
    [InlineData(-5000, 5)]
    [InlineData(long.MinValue, 5)]
    public void Error_OfLibrbd_BecomesOneThatCallersUnderstand(long returned, int expected) =>
        Assert.Equal(expected, RbdErrors.ToErrno(returned).Value);

    [Theory]
    [InlineData(4L << 20, 1, 4L << 20, 4L << 20)]
    [InlineData(64L << 10, 1, 64L << 10, 1L << 20)]
    [InlineData(1L << 20, 4, 4L << 20, 4L << 20)]
    [InlineData(32L << 20, 16, 512L << 20, 32L << 20)]
    [InlineData(0, 1, 0, 1L << 20)]
    [InlineData(1L << 60, 1L << 10, 0, 1L << 20)]
    public void Geometry_OfAnImage_HasTheObjectsOfAStripeAsBoundary(
        long objectSize, long stripes, long boundary, long most)
    {
        BackendGeometry geometry = RbdGeometry.Of(new ImageFacts(1, (ulong)objectSize, (ulong)stripes, 0), true);
        Assert.Equal(boundary, geometry.Boundary);
        Assert.Equal(boundary, geometry.PreferredTransferBytes);
        Assert.Equal(most, geometry.MaxTransferBytes);
        Assert.True(geometry is { IsReadOnly: true, IsDurable: true, CanDiscard: false, CanZero: false });
    }

    [Fact]
    public void Table_AskedForANumberThatNobodyHas_FindsNothing()
    {
        foreach (nint number in new nint[] { -1, nint.MinValue, nint.MaxValue, 1 << 20 })
            Assert.Null(OperationTable.Find(number));
    }

    [Fact]
    public void Table_OfMoreOperationsThanItBeganWith_FindsEachByItsNumber()
    {
        using OperationPool pool = new(new ImageCalls(0, null!));
        RbdOperation[] operations = [.. Enumerable.Range(0, 500).Select(_ => pool.Rent())];
        Dictionary<int, RbdOperation> byNumber = operations.ToDictionary(operation => operation.Number);
        Assert.All(byNumber, entry => Assert.Same(entry.Value, OperationTable.Find(entry.Key)));
        foreach (RbdOperation operation in operations)
            pool.Return(operation);
        Assert.Contains(pool.Rent(), operations);
    }

    [Fact]
    public void Settings_OfAClient_LeaveMergingToThisProgramUnlessAskedOtherwise()
    {
        RbdBackendOptions options = new() { Image = "rbd/disk", RequestTimeoutMs = 1001, ConnectTimeoutMs = 2000 };
        Dictionary<string, string> plain = ClientSettings.For(options).ToDictionary();
        Assert.Equal(("false", "none"), (plain["rbd_cache"], plain["rbd_io_scheduler"]));
        Assert.Equal(("2", "2"), (plain["client_mount_timeout"], plain["rados_osd_op_timeout"]));
        Assert.DoesNotContain("keyring", plain.Keys);
        Dictionary<string, string> changed = ClientSettings.For(
            options with { Cache = true, IoScheduler = true, Keyring = "/k" }).ToDictionary();
        Assert.Equal(("true", "simple"), (changed["rbd_cache"], changed["rbd_io_scheduler"]));
        // A key in Ceph's configuration must not win over the keyring that was named.
        Assert.Equal(("/k", "", ""), (changed["keyring"], changed["key"], changed["keyfile"]));
    }
}
