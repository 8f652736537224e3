using IoMerge.Backends.Local.Native;

namespace IoMerge.Backends.Tests;

/// <summary>Members of struct statx that the headers of older distributions lack: the kernel itself is asked.</summary>
public sealed class DirectAlignmentTests
{
    [Fact]
    public void DirectAlignment_IsWhereTheKernelPutsIt()
    {
        using TemporaryDirectory directory = new();
        File.WriteAllBytes(directory["file"], new byte[4096]);
        using FileStream file = new(directory["file"], FileMode.Open);
        Errno error = StoreDescriptor.GetFacts((int)file.SafeFileHandle.DangerousGetHandle(), out Statx facts);
        Assert.Equal(Errno.None, error);
        Assert.Equal(4096UL, facts.stx_size);
        Assert.SkipUnless((facts.stx_mask & Statx.STATX_DIOALIGN) != 0, "This kernel (before 6.1) does not tell.");
        Assert.True(facts.stx_dio_offset_align is >= 512 and <= 65_536 && uint.IsPow2(facts.stx_dio_offset_align));
        Assert.True(facts.stx_dio_mem_align is >= 1 and <= 65_536 && uint.IsPow2(facts.stx_dio_mem_align));
    }
}
