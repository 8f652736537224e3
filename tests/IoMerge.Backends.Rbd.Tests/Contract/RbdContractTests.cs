using IoMerge.Backends.Tests;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Rbd.Tests;

/// <summary>The contract of all backends on images: one class per way in which an image can differ.</summary>
public abstract class ImageContractTests(string options, bool cache) : BackendContractTests
{
    private CephImage? _image;

    protected override ValueTask<IBackend> OpenAsync()
    {
        Assert.SkipWhen(CephCluster.WhyNot is not null, CephCluster.WhyNot ?? "");
        _image = CephCluster.Shared.CreateImage(StoreSize, options);
        return new(RbdBackend.Open(new RbdBackendOptions
        {
            Image = _image.Name,
            Conf = CephCluster.Shared.Conf,
            Cache = cache,
        }));
    }

    protected override ValueTask CleanUpAsync()
    {
        _image?.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class RbdContractTests() : ImageContractTests("", false);

/// <summary>Transfers cross objects, and the last object is a part of one.</summary>
public sealed class RbdStripedContractTests()
    : ImageContractTests("--object-size 64K --stripe-unit 16K --stripe-count 4", false)
{
    [Fact]
    public void Geometry_OfAStripedImage_HasTheObjectsOfOneStripeAsBoundary() =>
        Assert.Equal(4 * 65_536, Store.Geometry.Boundary);
}

/// <summary>librbd's cache answers early, and a flush has to bring it down.</summary>
public sealed class RbdCachedContractTests() : ImageContractTests("", true);
