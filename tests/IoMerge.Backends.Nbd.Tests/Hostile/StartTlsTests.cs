using IoMerge.Backends.Nbd.Tests.Hostile.Server;
using IoMerge.Testing;

namespace IoMerge.Backends.Nbd.Tests.Hostile;

/// <summary>
/// Whatever a server, or who sits on the way to it, answers to the wish for TLS: nothing is believed that was said in
/// the clear, and nothing more is said there.
/// </summary>
public sealed class StartTlsTests
{
    private static readonly Dictionary<string, byte[]> s_answers = new()
    {
        ["a yes with something in it"] = [.. Yes(4), 1, 2, 3, 4],
        ["a yes of four gigabytes"] = Yes(-1),
        ["a no of four gigabytes"] = No(-1),
        ["a no of a gigabyte"] = No(1 << 30),
        ["a no with more words than any"] = [.. No(4000), .. Enumerable.Repeat((byte)'x', 4000)],
        ["a no that would clear the screen"] = [.. No(9), .. "\u001b[2J\r\nno"u8, 0],
        ["an answer of another kind"] = Reply(Wire.OptionStartTls, Wire.ReplyInfo, 0),
        ["a yes to another option"] = Reply(Wire.OptionStructuredReply, Wire.ReplyAck, 0),
        // What a client would take for answers from within TLS if it kept what had come before it.
        ["a yes, and one to the next option in the clear"] =
            [.. Yes(0), .. Reply(Wire.OptionStructuredReply, Wire.ReplyAck, 0)],
        ["a yes, and a byte in the clear"] = [.. Yes(0), 0],
        ["a yes, and a whole agreement in the clear"] =
        [
            .. Yes(0), .. Reply(Wire.OptionStructuredReply, Wire.ErrorUnsupported, 0),
            .. Messages.ExportInfo(Wire.OptionGo, 4096, MemoryExport.AllFlags).Bytes,
            .. Reply(Wire.OptionGo, Wire.ReplyAck, 0),
        ],
    };

    public static TheoryData<string> Answers => [.. s_answers.Keys];

    [Fact]
    public async Task AServerWithinTls_IsServedFrom()
    {
        MemoryExport export = new(1 << 20);
        export.Write(5000, [1, 2, 3]);
        await using NbdTestServer server = new(export, isTls: true);
        await using NbdBackend? store = await HostileCase.OpenAsync(server, requestTimeoutMs: 10_000);
        Assert.NotNull(store);

        using IoProbe read = await IoProbe.Read(5000, 3).RunAsync(store);

        Assert.Equal([1, 2, 3], read.Data);
        Assert.Empty(server.Violations);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task AnAnswer_ThatIsNoPlainYes_EndsIt(string what)
    {
        // The server itself goes on into TLS: who would overlook the answer would be served.
        await using NbdTestServer server = new(new MemoryExport(1 << 20), isTls: true)
        {
            Script = Instead(new Delivery(s_answers[what])),
        };

        // What is no record of TLS may look like the beginning of one, of which the rest never comes.
        string message = await HostileCase.RefusalAsync(server.Uri, timeoutMs: 1000);

        // Nothing of that size is waited for, let alone made room for.
        if (what.Contains("gigabyte", StringComparison.Ordinal))
            Assert.Contains("answers an option with", message, StringComparison.Ordinal);
        await AssertNothingWasSaidAsync(server);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(11, true)]
    [InlineData(20, true)]
    [InlineData(0, false)]
    [InlineData(11, false)]
    [InlineData(20, false)]
    public async Task AYes_ThatEndsEarlyOrIsTheLastWord_IsNotWaitedForForLong(int length, bool isClosed)
    {
        await using NbdTestServer server = new(new MemoryExport(1 << 20), isTls: true)
        {
            Script = Instead(new Delivery(Yes(0)[..length], isClosed ? Ending.Close : Ending.Stall)),
        };

        string message = await HostileCase.RefusalAsync(server.Uri, isClosed ? 10_000 : 500);

        Assert.Contains(isClosed ? "" : "did not answer within 500 ms", message, StringComparison.Ordinal);
        await AssertNothingWasSaidAsync(server);
    }

    private static async Task AssertNothingWasSaidAsync(NbdTestServer server)
    {
        await server.VanishAsync();
        Assert.Empty(server.Violations);
        Assert.Empty(server.Received);
        Assert.Equal(0, server.Transmissions);
    }

    private static FaultScript Instead(Delivery delivery) =>
        new(new Fault("another answer", MessageKind.StartTlsAck, _ => delivery), repeats: true);

    private static byte[] Yes(int length) => Reply(Wire.OptionStartTls, Wire.ReplyAck, length);

    private static byte[] No(int length) => Reply(Wire.OptionStartTls, Wire.ErrorPolicy, length);

    private static byte[] Reply(uint option, uint type, int length) =>
        Messages.Option(MessageKind.StartTlsAck, option, type, length).Bytes;
}
