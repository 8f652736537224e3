using IoMerge.Backends;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Tests.Volumes;

public sealed class WriteErrorsTests
{
    [Fact]
    public void Failure_NothingRemembered_IsNone() => Assert.Equal(Errno.None, new WriteErrors().Failure);

    [Fact]
    public void Failure_OfTwo_IsTheFirstForGood()
    {
        var errors = new WriteErrors();
        errors.Remember(Errno.EIO);
        errors.Remember(Errno.ENOSPC);
        Assert.Equal(Errno.EIO, errors.Failure);
        Assert.Equal(Errno.EIO, errors.Failure);
    }
}
