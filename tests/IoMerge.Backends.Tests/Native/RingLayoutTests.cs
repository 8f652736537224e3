using System.Runtime.InteropServices;
using IoMerge.Rings;
using static IoMerge.Rings.IoUringConstants;

namespace IoMerge.Backends.Tests;

/// <summary>Numbers and layouts of linux/io_uring.h, compared with what a C compiler says.</summary>
public sealed class RingLayoutTests
{
    private static readonly (string Expression, long Value)[] Expectations =
    [
        ("__NR_io_uring_setup", SYS_io_uring_setup),
        ("__NR_io_uring_enter", SYS_io_uring_enter),
        ("__NR_io_uring_register", SYS_io_uring_register),
        (nameof(IORING_SETUP_CQSIZE), IORING_SETUP_CQSIZE),
        (nameof(IORING_SETUP_CLAMP), IORING_SETUP_CLAMP),
        (nameof(IORING_SETUP_R_DISABLED), IORING_SETUP_R_DISABLED),
        (nameof(IORING_FEAT_SINGLE_MMAP), IORING_FEAT_SINGLE_MMAP),
        (nameof(IORING_FEAT_NODROP), IORING_FEAT_NODROP),
        (nameof(IORING_FEAT_SUBMIT_STABLE), IORING_FEAT_SUBMIT_STABLE),
        (nameof(IORING_OFF_SQ_RING), IORING_OFF_SQ_RING),
        (nameof(IORING_OFF_SQES), IORING_OFF_SQES),
        (nameof(IORING_ENTER_GETEVENTS), IORING_ENTER_GETEVENTS),
        (nameof(IORING_REGISTER_FILES), IORING_REGISTER_FILES),
        (nameof(IORING_UNREGISTER_FILES), IORING_UNREGISTER_FILES),
        (nameof(IORING_REGISTER_PROBE), IORING_REGISTER_PROBE),
        (nameof(IORING_REGISTER_ENABLE_RINGS), IORING_REGISTER_ENABLE_RINGS),
        (nameof(IO_URING_OP_SUPPORTED), IO_URING_OP_SUPPORTED),
        (nameof(IOSQE_FIXED_FILE), IOSQE_FIXED_FILE),
        (nameof(IORING_OP_READV), IORING_OP_READV),
        (nameof(IORING_OP_WRITEV), IORING_OP_WRITEV),
        (nameof(IORING_OP_FSYNC), IORING_OP_FSYNC),
        (nameof(IORING_OP_ASYNC_CANCEL), IORING_OP_ASYNC_CANCEL),
        (nameof(IORING_OP_FALLOCATE), IORING_OP_FALLOCATE),
        (nameof(IORING_OP_READ), IORING_OP_READ),
        (nameof(IORING_OP_WRITE), IORING_OP_WRITE),
        (nameof(IORING_FSYNC_DATASYNC), IORING_FSYNC_DATASYNC),
        (nameof(IORING_SQ_CQ_OVERFLOW), IORING_SQ_CQ_OVERFLOW),
        ("EFD_CLOEXEC", RingCalls.EFD_CLOEXEC),
        ("EFD_NONBLOCK", RingCalls.EFD_NONBLOCK),
        .. Layout<IoUringSqe>("struct io_uring_sqe", ("rw_flags", nameof(IoUringSqe.op_flags)),
            ("fsync_flags", nameof(IoUringSqe.op_flags)), ("poll32_events", nameof(IoUringSqe.op_flags)),
            ("opcode", "opcode"), ("flags", "flags"), ("ioprio", "ioprio"), ("fd", "fd"), ("off", "off"),
            ("addr", "addr"), ("len", "len"), ("user_data", "user_data")),
        .. Layout<IoUringCqe>("struct io_uring_cqe", ("user_data", "user_data"), ("res", "res"), ("flags", "flags")),
        .. Layout<IoUringParams>("struct io_uring_params", ("sq_entries", "sq_entries"), ("cq_entries", "cq_entries"),
            ("flags", "flags"), ("features", "features"), ("sq_off", "sq_off"), ("cq_off", "cq_off")),
        .. Layout<IoSqringOffsets>("struct io_sqring_offsets", ("head", "head"), ("tail", "tail"),
            ("ring_mask", "ring_mask"), ("ring_entries", "ring_entries"), ("flags", "flags"), ("dropped", "dropped"),
            ("array", "array")),
        .. Layout<IoCqringOffsets>("struct io_cqring_offsets", ("head", "head"), ("tail", "tail"),
            ("ring_mask", "ring_mask"), ("ring_entries", "ring_entries"), ("overflow", "overflow"), ("cqes", "cqes"),
            ("flags", "flags")),
        .. Layout<IoUringProbe>("struct io_uring_probe", ("last_op", "last_op"), ("ops_len", "ops_len")),
        .. Layout<IoUringProbeOp>("struct io_uring_probe_op", ("op", "op"), ("flags", "flags")),
    ];

    /// <summary>What the headers of older distributions do not have; the kernel is asked at run time.</summary>
    private static readonly (string Expression, long Value)[] Younger =
    [
        (nameof(IORING_SETUP_COOP_TASKRUN), IORING_SETUP_COOP_TASKRUN),
        (nameof(IORING_SETUP_SINGLE_ISSUER), IORING_SETUP_SINGLE_ISSUER),
        (nameof(IORING_SETUP_DEFER_TASKRUN), IORING_SETUP_DEFER_TASKRUN),
    ];

    [Fact]
    public void ConstantsAndLayouts_AgreeWithTheCompiler()
    {
        using TemporaryDirectory directory = new();
        string lines = string.Join('\n', Expectations.Select(Print));
        string younger = string.Join('\n', Younger.Select(expectation => $"""
            #ifdef {expectation.Expression}
            {Print(expectation)}
            #else
            printf("%lld\n", {expectation.Value}LL);
            #endif
            """));
        File.WriteAllText(directory["facts.c"], $$"""
            #include <linux/io_uring.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/eventfd.h>
            #include <sys/syscall.h>
            int main(void) {
            {{lines}}
            {{younger}}
            return 0; }
            """);
        Shell.Run("gcc", "-o", directory["facts"], directory["facts.c"]);
        string[] answers = Shell.Run(directory["facts"]).Split('\n');
        (string Expression, long Value)[] all = [.. Expectations, .. Younger];
        Assert.Equal(
            all.Select(expectation => $"{expectation.Expression} = {expectation.Value}"),
            all.Zip(answers, (expectation, answer) => $"{expectation.Expression} = {answer}"));
    }

    private static string Print((string Expression, long Value) expectation) =>
        $"printf(\"%lld\\n\", (long long)({expectation.Expression}));";

    private static IEnumerable<(string Expression, long Value)> Layout<T>(
        string structure, params (string Theirs, string Ours)[] members) =>
        [
            ($"sizeof({structure})", Marshal.SizeOf<T>()),
            .. members.Select(member => (
                $"offsetof({structure}, {member.Theirs})", (long)Marshal.OffsetOf<T>(member.Ours))),
        ];
}
