using System.Runtime.InteropServices;
using IoMerge.Backends.Local.Native;
using IoMerge.Backends.Nbd.Native;
using NativeCalls = IoMerge.Backends.Local.Native.NativeCalls;

namespace IoMerge.Backends.Tests;

/// <summary>Numbers and layouts of the kernel's interface, compared with what a C compiler says.</summary>
public sealed class NativeLayoutTests
{
    private static readonly (string Expression, long Value)[] Expectations =
    [
        ("RWF_DSYNC", NativeCalls.RWF_DSYNC),
        ("RWF_SYNC", NativeCalls.RWF_SYNC),
        ("RWF_NOWAIT", NativeCalls.RWF_NOWAIT),
        ("LOCK_SH", NativeCalls.LOCK_SH),
        ("LOCK_EX", NativeCalls.LOCK_EX),
        ("LOCK_NB", NativeCalls.LOCK_NB),
        ("FALLOC_FL_KEEP_SIZE", NativeCalls.FALLOC_FL_KEEP_SIZE),
        ("FALLOC_FL_PUNCH_HOLE", NativeCalls.FALLOC_FL_PUNCH_HOLE),
        ("FALLOC_FL_ZERO_RANGE", NativeCalls.FALLOC_FL_ZERO_RANGE),
        ("SEEK_DATA", NativeCalls.SEEK_DATA),
        ("SEEK_HOLE", NativeCalls.SEEK_HOLE),
        ("BLKROGET", NativeCalls.BLKROGET),
        ("BLKSSZGET", NativeCalls.BLKSSZGET),
        ("BLKDISCARD", NativeCalls.BLKDISCARD),
        ("BLKIOOPT", NativeCalls.BLKIOOPT),
        ("BLKZEROOUT", NativeCalls.BLKZEROOUT),
        ("BLKGETSIZE64", NativeCalls.BLKGETSIZE64),
        ("TMPFS_MAGIC", NativeCalls.TMPFS_MAGIC),
        ("RAMFS_MAGIC", NativeCalls.RAMFS_MAGIC),
        ("AT_EMPTY_PATH", NativeCalls.AT_EMPTY_PATH),
        ("STATX_BASIC_STATS", Statx.STATX_BASIC_STATS),
        ("S_IFMT", Statx.S_IFMT),
        ("S_IFDIR", Statx.S_IFDIR),
        ("S_IFBLK", Statx.S_IFBLK),
        ("S_IFREG", Statx.S_IFREG),
        ("sizeof(struct statx)", Marshal.SizeOf<Statx>()),
        ("offsetof(struct statx, stx_mode)", Offset<Statx>(nameof(Statx.stx_mode))),
        ("offsetof(struct statx, stx_size)", Offset<Statx>(nameof(Statx.stx_size))),
        ("offsetof(struct statx, stx_rdev_major)", Offset<Statx>(nameof(Statx.stx_rdev_major))),
        ("offsetof(struct statx, stx_rdev_minor)", Offset<Statx>(nameof(Statx.stx_rdev_minor))),
        ("sizeof(struct statfs)", Marshal.SizeOf<StatFs>()),
        ("offsetof(struct statfs, f_type)", Offset<StatFs>(nameof(StatFs.f_type))),
        ("sizeof(((struct statfs *)0)->f_type)", sizeof(long)),
        ("sizeof(struct iovec)", Marshal.SizeOf<IoSegment>()),
        ("offsetof(struct iovec, iov_base)", 0),
        ("offsetof(struct iovec, iov_len)", IntPtr.Size),
        ("MSG_DONTWAIT", Backends.Nbd.Native.NativeCalls.MSG_DONTWAIT),
        ("MSG_NOSIGNAL", Backends.Nbd.Native.NativeCalls.MSG_NOSIGNAL),
        ("EINTR", Backends.Nbd.Native.NativeCalls.EINTR),
        ("EAGAIN", Backends.Nbd.Native.NativeCalls.EAGAIN),
        ("sizeof(struct msghdr)", Marshal.SizeOf<MessageHeader>()),
        ("offsetof(struct msghdr, msg_iov)", Offset<MessageHeader>(nameof(MessageHeader.msg_iov))),
        ("offsetof(struct msghdr, msg_iovlen)", Offset<MessageHeader>(nameof(MessageHeader.msg_iovlen))),
        ("offsetof(struct msghdr, msg_flags)", Offset<MessageHeader>(nameof(MessageHeader.msg_flags))),
        ("IOV_MAX", Backends.Nbd.Native.NativeCalls.MaxSegments),
        ("IOV_MAX", Local.PlainTransfer.MaxSegmentsPerCall),
    ];

    [Fact]
    public void Constants_AgreeWithTheCompiler()
    {
        using TemporaryDirectory directory = new();
        string lines = string.Join('\n', Expectations.Select(
            expectation => $"printf(\"%lld\\n\", (long long)({expectation.Expression}));"));
        File.WriteAllText(directory["facts.c"], $$"""
            #define _GNU_SOURCE
            #include <errno.h>
            #include <fcntl.h>
            #include <limits.h>
            #include <linux/falloc.h>
            #include <linux/fs.h>
            #include <linux/magic.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/file.h>
            #include <sys/socket.h>
            #include <sys/stat.h>
            #include <sys/uio.h>
            #include <sys/vfs.h>
            #include <unistd.h>
            int main(void) { {{lines}} return 0; }
            """);
        Shell.Run("gcc", "-o", directory["facts"], directory["facts.c"]);
        string[] answers = Shell.Run(directory["facts"]).Split('\n');
        Assert.Equal(
            Expectations.Select(expectation => $"{expectation.Expression} = {expectation.Value}"),
            Expectations.Zip(answers, (expectation, answer) => $"{expectation.Expression} = {answer}"));
    }

    /// <summary>The headers of older distributions lack these members: the kernel itself is asked.</summary>
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

    private static long Offset<T>(string field) => Marshal.OffsetOf<T>(field);
}
