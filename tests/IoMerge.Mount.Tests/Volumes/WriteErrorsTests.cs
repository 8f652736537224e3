using IoMerge.Backends;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Tests.Volumes;

public sealed class WriteErrorsTests
{
    [Fact]
    public void Take_NothingRemembered_IsSuccess() => Assert.Equal(Errno.None, new WriteErrors().Take());

    [Fact]
    public void Take_TwoFailures_ReportsTheFirstOnce()
    {
        var errors = new WriteErrors();
        errors.Remember(Errno.EIO);
        errors.Remember(Errno.ENOSPC);
        Assert.Equal(Errno.EIO, errors.Take());
        Assert.Equal(Errno.None, errors.Take());
    }
}
