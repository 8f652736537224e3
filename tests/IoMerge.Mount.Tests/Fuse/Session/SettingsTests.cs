using System.Text;
using IoMerge.Mount.Tests.Fuse.Support;
using IoMerge.Mount.Volumes;
using IoMerge.Scheduler;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Tests.Fuse.Session;

/// <summary>Settings that are changed through the mount: who may, what, and what a lie in the message does.</summary>
public sealed class SettingsTests
{
    private const int EPERM = 1, ENOENT = 2, E2BIG = 7, EINVAL = 22, EOPNOTSUPP = 95;

    [Theory]
    [InlineData(TestSession.Disk)]
    [InlineData(1UL)]
    public async Task Settings_OfAVolumeOrOfTheRoot_AreInForceWithTheReply(ulong nodeid)
    {
        await using var session = new TestSession();

        Assert.Equal(0, Set(session, "Policy=Scan\nDepth=3", nodeid: nodeid));

        Assert.Equal(("Scan", 3), (session.Scheduler.Options.Policy, session.Scheduler.Options.Depth));
        (LogLevel level, string text) = Assert.Single(session.Log.Lines);
        Assert.Equal(LogLevel.Information, level);
        Assert.Contains("Policy Deadline -> Scan, Depth 32 -> 3", text, StringComparison.Ordinal);
    }

    /// <summary>A depth that grows lets the queue go on: nobody has to arrive or complete for that.</summary>
    [Fact]
    public async Task Settings_WithRequestsQueuedAndInFlight_TakeEffectOnThem()
    {
        await using var session = new TestSession(scheduler: new SchedulerOptions
        {
            Depth = 1, Hold = { Mode = HoldMode.Off }, Merge = { Level = MergeLevel.Off },
        });
        session.Store.Holds = true;
        for (int index = 0; index < 8; index++)
            session.Kernel.Send(Message.Read, TestSession.Disk, Message.ReadAt((ulong)index * 4096, 512));
        session.Store.WaitForHeld(1);
        ulong set = session.Kernel.Send(
            Message.SetXattr, TestSession.Disk, Message.Attribute(SettingsAttribute.Name, "Depth=8"u8.ToArray()));

        Assert.Equal((set, 0), Answer(session.Kernel.Receive()));
        session.Store.WaitForHeld(8);
        session.Store.LetAllGo();
        for (int reply = 0; reply < 8; reply++)
            Assert.Equal(0, session.Kernel.Receive().Error);
    }

    [Theory]
    [InlineData("user.iomerge.get")]
    [InlineData("user.iomerge.set.")]
    [InlineData("security.capability")]
    [InlineData("system.posix_acl_access")]
    public async Task Attribute_OfAnyOtherName_IsNotSupported_AndNothingElse(string name)
    {
        await using var session = new TestSession();

        Assert.Equal(EOPNOTSUPP, Set(session, "Depth=3", name: name));

        Assert.Equal(32, session.Scheduler.Options.Depth);
        Assert.Empty(session.Log.Lines);
    }

    [Fact]
    public async Task Settings_ByAnotherUser_AreNotPermitted()
    {
        await using var session = new TestSession();

        Assert.Equal(EPERM, Set(session, "Depth=3", uid: 12_345));
        Assert.Equal(0, Set(session, "Depth=4", uid: Tmds.Linux.LibC.geteuid()));

        Assert.Equal(4, session.Scheduler.Options.Depth);
    }

    [Theory]
    [InlineData("Depth=0", "a whole number from 1 to 1024")]
    [InlineData("Depht=1", "did you mean Depth?")]
    [InlineData("QueueMaxRequests=1", "cannot be changed while mounted")]
    [InlineData("", "KEY=VALUE")]
    public async Task Settings_ThatAreWrong_AreInvalid_AndTheLogSaysWhy(string settings, string rule)
    {
        await using var session = new TestSession();
        SchedulerOptions before = session.Scheduler.Options;

        Assert.Equal(EINVAL, Set(session, settings));

        Assert.Equal(before, session.Scheduler.Options);
        Assert.Contains(rule, Assert.Single(session.Log.Lines).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7u, EINVAL)]  // less than there is
    [InlineData(9u, EINVAL)]  // more
    [InlineData(0u, EINVAL)]
    [InlineData(4096u, EINVAL)]
    [InlineData(4097u, E2BIG)]
    [InlineData(uint.MaxValue, E2BIG)]
    public async Task Settings_WithALengthThatLies_ChangeNothing(uint size, int error)
    {
        await using var session = new TestSession();
        byte[] body = Message.Attribute(SettingsAttribute.Name, "Depth=31"u8.ToArray(), size);

        Assert.Equal(error, session.Kernel.Call(Message.SetXattr, TestSession.Disk, body).Error);

        Assert.Equal(32, session.Scheduler.Options.Depth);
        Assert.Equal(0, Set(session, "Depth=31"));
    }

    [Theory]
    [InlineData(4096, 0)]
    [InlineData(4097, E2BIG)]
    [InlineData(65_536, E2BIG)]
    public async Task Settings_UpToTheirMostBytes_AreTaken(int length, int error)
    {
        await using var session = new TestSession();
        string settings = "Depth=31".PadRight(length, '\n');

        Assert.Equal(error, Set(session, settings));

        Assert.Equal(error == 0 ? 31 : 32, session.Scheduler.Options.Depth);
    }

    [Theory]
    [InlineData(0UL, ENOENT)]
    [InlineData(3UL, ENOENT)]
    [InlineData(ulong.MaxValue, ENOENT)]
    public async Task Settings_OfNoNode_Fail(ulong nodeid, int error)
    {
        await using var session = new TestSession();
        Assert.Equal(error, Set(session, "Depth=3", nodeid: nodeid));
    }

    private static int Set(TestSession session, string settings, string name = SettingsAttribute.Name,
        ulong nodeid = TestSession.Disk, uint uid = 0) => session.Kernel.Call(
        Message.SetXattr, nodeid, Message.Attribute(name, Encoding.UTF8.GetBytes(settings)), uid).Error;

    private static (ulong Unique, int Error) Answer(Reply reply) => (reply.Unique, reply.Error);
}
