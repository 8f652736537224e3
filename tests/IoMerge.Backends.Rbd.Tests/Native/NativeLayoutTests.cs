using System.Runtime.InteropServices;
using IoMerge.Backends.Rbd.Native;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Rbd.Tests;

/// <summary>Numbers, layouts and signatures of librbd's interface, compared with what a C compiler says.</summary>
public sealed class NativeLayoutTests
{
    private static readonly (string Expression, long Value)[] s_expectations =
    [
        ("RBD_LOCK_MODE_EXCLUSIVE", RbdCalls.RBD_LOCK_MODE_EXCLUSIVE),
        ("RBD_FEATURE_EXCLUSIVE_LOCK", (long)RbdCalls.RBD_FEATURE_EXCLUSIVE_LOCK),
        ("RBD_WRITE_ZEROES_FLAG_THICK_PROVISION", RbdCalls.RBD_WRITE_ZEROES_FLAG_THICK_PROVISION),
        ("sizeof(rbd_image_info_t)", Marshal.SizeOf<RbdImageInfo>()),
        ("offsetof(rbd_image_info_t, size)", Offset(nameof(RbdImageInfo.size))),
        ("offsetof(rbd_image_info_t, obj_size)", Offset(nameof(RbdImageInfo.obj_size))),
        ("offsetof(rbd_image_info_t, num_objs)", Offset(nameof(RbdImageInfo.num_objs))),
        ("offsetof(rbd_image_info_t, order)", Offset(nameof(RbdImageInfo.order))),
        ("offsetof(rbd_image_info_t, parent_pool)", Offset(nameof(RbdImageInfo.parent_pool))),
        ("sizeof(struct iovec)", Marshal.SizeOf<IoSegment>()),
        ("sizeof(size_t)", IntPtr.Size),
        ("sizeof(rbd_lock_mode_t)", sizeof(int)),
    ];

    [Fact]
    public void Interface_OfLibrbd_AgreesWithTheCompiler()
    {
        using TemporaryFolder folder = new();
        string lines = string.Join('\n', s_expectations.Select(
            expectation => $"printf(\"%lld\\n\", (long long)({expectation.Expression}));"));
        // The assignments fail to compile where a declaration here is not the library's.
        File.WriteAllText(folder.File("facts.c"), $$"""
            #include <rbd/librbd.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/uio.h>
            int (*readv_)(void *, const struct iovec *, int, uint64_t, void *) = rbd_aio_readv;
            int (*writev_)(void *, const struct iovec *, int, uint64_t, void *) = rbd_aio_writev;
            int (*discard)(void *, uint64_t, uint64_t, void *) = rbd_aio_discard;
            int (*zero)(void *, uint64_t, size_t, void *, int, int) = rbd_aio_write_zeroes;
            int (*flush)(void *, void *) = rbd_aio_flush;
            int (*create)(void *, void (*)(void *, void *), void **) = rbd_aio_create_completion;
            ssize_t (*value)(void *) = rbd_aio_get_return_value;
            int (*stat_)(void *, rbd_image_info_t *, size_t) = rbd_stat;
            int (*watch)(void *, uint64_t *, void (*)(void *), void *) = rbd_update_watch;
            int main(void) { {{lines}} return 0; }
            """);
        string program = folder.File("facts");
        Shell.Run($"gcc -Werror -o '{program}' '{folder.File("facts.c")}' -lrbd");
        string[] answers = Shell.Run($"'{program}'").Split('\n');
        Assert.Equal(
            s_expectations.Select(expectation => $"{expectation.Expression} = {expectation.Value}"),
            s_expectations.Zip(answers, (expectation, answer) => $"{expectation.Expression} = {answer}"));
    }

    private static long Offset(string field) => Marshal.OffsetOf<RbdImageInfo>(field);
}
