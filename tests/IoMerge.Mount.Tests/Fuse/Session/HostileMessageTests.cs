using System.Buffers.Binary;
using System.Globalization;
using IoMerge.Mount.Fuse;
using IoMerge.Mount.Tests.Fuse.Support;

namespace IoMerge.Mount.Tests.Fuse.Session;

/// <summary>
/// A kernel that lies. Whatever comes, the session ends or the request fails; nothing outside the volume is touched
/// (the store watches), and a session that goes on serves as before.
/// </summary>
public sealed class HostileMessageTests(ITestOutputHelper output)
{
    private const int Messages = 24_000;

    [Theory]
    [InlineData(1)]
    [InlineData(39)]
    public async Task Message_ShorterThanAHeader_EndsTheSession(int length)
    {
        await using var session = new TestSession();
        session.Kernel.SendRaw(new byte[length]);
        Assert.Equal(SessionEndReason.ProtocolError, (await session.Session.Completion).Reason);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(39u)]
    [InlineData(55u)]
    [InlineData(57u)]
    [InlineData(uint.MaxValue)]
    public async Task Message_LengthThatLies_EndsTheSession(uint claimed)
    {
        await using var session = new TestSession();
        var message = new byte[56];
        BinaryPrimitives.WriteUInt32LittleEndian(message, claimed);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), Message.GetAttr);
        session.Kernel.SendRaw(message);
        SessionEnd end = await session.Session.Completion;
        Assert.Equal(SessionEndReason.ProtocolError, end.Reason);
        Assert.Contains(claimed.ToString(CultureInfo.InvariantCulture), end.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3u)]
    [InlineData(5u)]
    [InlineData(uint.MaxValue)]
    public async Task Write_SizeThatLies_EndsTheSession(uint claimed)
    {
        await using var session = new TestSession();
        session.Kernel.Send(Message.Write, TestSession.Disk, Message.Bytes(0UL, 0UL, claimed, 0u, 0UL, 1u, 0u,
            new byte[4]));
        Assert.Equal(22, session.Kernel.Receive().Error);
        Assert.Equal(SessionEndReason.ProtocolError, (await session.Session.Completion).Reason);
        Assert.Empty(session.Store.Log);
    }

    [Theory]
    [InlineData(Message.Lookup, 0)]
    [InlineData(Message.Lookup, 5000)]
    [InlineData(Message.Lookup, 100_000)]
    [InlineData(Message.Read, 39)]
    [InlineData(Message.SetAttr, 87)]
    [InlineData(Message.Open, 7)]
    [InlineData(Message.Fallocate, 31)]
    [InlineData(Message.LSeek, 23)]
    [InlineData(Message.Access, 7)]
    [InlineData(Message.SetXattr, 7)]
    [InlineData(Message.SetXattr, 8)]
    [InlineData(Message.SetXattr, 5000)]
    [InlineData(Message.SetXattr, 100_000)]
    [InlineData(Message.InitOpcode, 64)]
    public async Task Body_TooShortOrWithoutNul_FailsTheRequestOnly(uint opcode, int length)
    {
        await using var session = new TestSession();
        byte[] body = [.. Enumerable.Repeat((byte)'x', length)];
        Assert.Equal(22, session.Kernel.Call(opcode, opcode == Message.Lookup ? 1 : TestSession.Disk, body).Error);
        Assert.Equal(0, session.Kernel.Call(Message.StatFs, 1, []).Error);
    }

    [Fact]
    public async Task RandomAndMutatedMessages_Thousands_NeverHarm()
    {
        string? wanted = Environment.GetEnvironmentVariable("IOMERGE_SEED");
        int seed = wanted is null ? Random.Shared.Next() : int.Parse(wanted, CultureInfo.InvariantCulture);
        output.WriteLine($"seed {seed}; IOMERGE_SEED={seed} repeats this run");
        var random = new Random(seed);
        int sessions = 0;
        for (int sent = 0; sent < Messages; sessions++)
            sent += await TormentOneSession(random, Messages - sent);
        output.WriteLine($"{Messages} messages, {sessions} sessions");
    }

    /// <summary>Sends until the session ends or it has had enough.</summary>
    private static async Task<int> TormentOneSession(Random random, int most)
    {
        await using var session = new TestSession(random.Next(2) == 0
            ? new FakeStore(100_000) : NamespaceTests.Growable(100_000),
            new FuseOptions { MaxWrite = 64L << 10, Readers = 1 + random.Next(2) });
        ulong unique = 1000;
        int sent = 0;
        while (sent < most && sent < 400)
        {
            if (!TrySend(session, HostileMessages.Create(random, unique += 2)))
                break;
            sent++;
            TakeReplies(session.Kernel);
        }
        if (session.Session.Completion.IsCompleted || !await StillServes(session))
            Assert.Equal(SessionEndReason.ProtocolError, (await session.Session.Completion).Reason);
        return Math.Max(1, sent);
    }

    /// <summary>Sends; false for a session that has ended and takes no more.</summary>
    private static bool TrySend(TestSession session, byte[] message)
    {
        // One whose replies nobody takes would take no more, neither.
        while (!session.Kernel.CanSend() && !session.Session.Completion.IsCompleted)
            TakeReplies(session.Kernel);
        return !session.Session.Completion.IsCompleted && session.Kernel.SendRaw(message);
    }

    private static void TakeReplies(FakeKernel kernel)
    {
        while (kernel.HasReply() && kernel.TryReceive() is not null)
        {
        }
    }

    private static async Task<bool> StillServes(TestSession session)
    {
        const ulong question = 0xABCDEF0;
        if (!TrySend(session, Message.Bytes(40u, Message.StatFs, question, 1UL, new byte[16])))
            return false;
        while (true)
        {
            Task<Reply?> reply = Task.Run(session.Kernel.TryReceive);
            if (await Task.WhenAny(reply, session.Session.Completion) != reply)
            {
                session.Session.DisposeAsync().AsTask().Wait();
                await reply;
                return false;
            }
            if ((await reply)?.Unique == question)
                return true;
        }
    }
}
