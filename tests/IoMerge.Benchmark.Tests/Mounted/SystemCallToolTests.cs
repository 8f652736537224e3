using IoMerge.Benchmark.Mounted.Programs;

namespace IoMerge.Benchmark.Tests.Mounted;

/// <summary>Counting the system calls of a server: command lines and what the tools print.</summary>
public sealed class SystemCallToolTests
{
    [Theory]
    [InlineData("# started on Thu Nov 26 17:04:20 2026\n\n41911;;raw_syscalls:sys_enter;839318435;100.00;;\n", 41911L)]
    [InlineData("0;;raw_syscalls:sys_enter;839318435;100.00;;\n", 0L)]
    [InlineData("<not counted>;;raw_syscalls:sys_enter;0;100.00;;\n", null)]
    [InlineData("<not supported>;;raw_syscalls:sys_enter;0;100.00;;\n", null)]
    [InlineData("", null)]
    public void Perf_SaysACount_OrThatItHasNone(string text, long? expected) =>
        Assert.Equal(expected, SystemCallTool.ParsePerf(text));

    [Theory]
    [InlineData("29;;raw_syscalls:sys_enter;682570;100.00;;\n", true)]
    [InlineData("# started on Thu\n\n<not counted>;;raw_syscalls:sys_enter;0;100.00;;\n", true)]
    [InlineData("<not supported>;;raw_syscalls:sys_enter;0;100.00;;\n", false)]
    [InlineData("", false)]
    public void Perf_IsAble_WhetherTheServerRanOrNot(string text, bool expected) =>
        Assert.Equal(expected, SystemCallTool.IsPerfAble(text));

    [Theory]
    [InlineData("    calls syscall\n--------- ---------\n       12 read\n        3 write\n       15 total\n", 15L)]
    [InlineData("", 0L)]
    [InlineData("strace: attach: ptrace(PTRACE_SEIZE, 1): Operation not permitted\n", null)]
    public void Strace_SaysACount_OrThatItHasNone(string text, long? expected) =>
        Assert.Equal(expected, SystemCallTool.ParseStrace(text));

    [Fact]
    public void Perf_CountsTheServersAndRunsTheLoad()
    {
        CommandWords words = SystemCallTool.PerfAround(new CommandWords("fio", ["--name=x"]), [7, 8], "/tmp/calls");

        Assert.Equal("perf stat -x ; -o /tmp/calls -e raw_syscalls:sys_enter -p 7,8 -- fio --name=x", words.ToString());
    }
}
