using IoMerge.Mount.Mounting;
using IoMerge.Mount.Mounting.Native;
using Tmds.Linux;

namespace IoMerge.Mount.Tests.Mounting;

public sealed class ChildProcessTests
{
    [Fact]
    public void Child_WithDescriptorAndVariable_GetsBothAndNothingElse()
    {
        (int read, int write) = Descriptors.Pipe();
        string pipe = new FileInfo($"/proc/self/fd/{read}").LinkTarget!;
        int pid = ChildProcess.Start(
            ["sh", "-c", "echo \"$IOMERGE_TEST_WORD\" >&9; ls -l /proc/$$/fd >&9; exit 7"],
            new Dictionary<string, string> { ["IOMERGE_TEST_WORD"] = "hello world" }, [(write, 9)], newSession: false);
        _ = LibC.close(write);
        string text = Descriptors.ReadToEnd(read);
        _ = LibC.close(read);

        Assert.Equal(7, ChildProcess.Wait(pid));
        Assert.StartsWith("hello world\n", text, StringComparison.Ordinal);
        // Of the two ends of the pipe, only the one that was handed over: the other could be read from.
        string[] ends = [.. text.Split('\n').Where(line => line.EndsWith(pipe, StringComparison.Ordinal))];
        Assert.Contains(ends, line => line.Contains(" 9 -> ", StringComparison.Ordinal));
        Assert.All(ends, line => Assert.StartsWith("l-w", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Child_InANewSession_LeadsIt()
    {
        (int read, int write) = Descriptors.Pipe();
        int pid = ChildProcess.Start(["sh", "-c", "cut -d' ' -f6 /proc/$$/stat"],
            new Dictionary<string, string>(), [(write, 1)], newSession: true);
        _ = LibC.close(write);
        string session = Descriptors.ReadToEnd(read).Trim();
        _ = LibC.close(read);

        Assert.Equal(0, ChildProcess.Wait(pid));
        Assert.Equal(pid.ToString(), session);
    }

    [Fact]
    public void Child_EndedByASignal_IsTold() => Assert.Equal(128 + 9, ChildProcess.Wait(ChildProcess.Start(
        ["sh", "-c", "kill -9 $$"], new Dictionary<string, string>(), [], newSession: false)));

    [Fact]
    public void Child_ThatDoesNotExist_IsRefusedByName() => Assert.Contains("no-such-program-here",
        Assert.Throws<MountException>(() => ChildProcess.Start(
            ["no-such-program-here"], new Dictionary<string, string>(), [], newSession: false)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Socket_ClosedWithoutADescriptor_GivesNone()
    {
        (int first, int second) = Descriptors.SocketPair();
        _ = LibC.close(second);

        Assert.Equal(-1, Descriptors.Receive(first));

        _ = LibC.close(first);
    }

    [Fact]
    public void Socket_WithPlainBytes_GivesNone()
    {
        (int first, int second) = Descriptors.SocketPair();
        Descriptors.WriteAll(second, "x");

        Assert.Equal(-1, Descriptors.Receive(first));

        _ = LibC.close(first);
        _ = LibC.close(second);
    }
}
