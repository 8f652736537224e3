using IoMerge.Backends.Nbd.Tests.Hostile.Server;

namespace IoMerge.Backends.Nbd.Tests.Hostile;

/// <summary>Whatever a server answers to a request.</summary>
public sealed class TransmissionTests
{
    // A client cannot know that these are lies: an error that is none, and data in place of an error.
    private static bool CannotBeKnown(MessageKind kind, string field, string what) =>
        kind == MessageKind.SimpleErrorReply && field == "error" && what.EndsWith("is 0", StringComparison.Ordinal);

    private static readonly string[] s_binding = ["magic", "cookie"];

    // An error may be anywhere within the request; these are without, whatever the request.
    private static readonly string[] s_elsewhere = ["is 0", "is the most there is", "is double", "bit 63 flipped"];

    public static TheoryData<MessageKind, string> Fields => Faults.FieldsOf(Faults.Transmission);

    public static TheoryData<MessageKind> Kinds => [.. Faults.Transmission];

    [Theory]
    [MemberData(nameof(Fields))]
    public Task AReply_WithAWrongField_NeverGivesWrongBytes(MessageKind kind, string field) => RunAllAsync(
        Faults.OfField(kind, field).Where(fault => !CannotBeKnown(kind, field, fault.What)), kind, field);

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task AReply_CutAtAnyByte_IsAskedForAgain(MessageKind kind) =>
        RunAllAsync(Faults.CutShort(kind), kind, "cut");

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task AReply_ThatStalls_IsAskedForAgain(MessageKind kind) =>
        RunAllAsync(Faults.Stalled(kind), kind, "cut");

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task AReply_WithSurplus_NeverGivesWrongBytes(MessageKind kind) =>
        RunAllAsync(Faults.Surplus(kind), kind, "surplus");

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task AReply_ThatIsTheLast_IsFollowedByAnotherConnection(MessageKind kind) =>
        RunAllAsync(Faults.Last(kind), kind, "last");

    private static Task RunAllAsync(IEnumerable<Fault> faults, MessageKind kind, string field) =>
        HostileCase.RunAllAsync(faults.Select(fault => new HostileCase(fault, Moment.Serving)
        {
            IsStructured = kind is not (MessageKind.SimpleReadReply or MessageKind.SimpleErrorReply),
            MustBeNoticed = s_binding.Contains(field) || field is "cut" || (field is "offset" && (
                kind != MessageKind.ErrorOffsetChunk || s_elsewhere.Any(
                    end => fault.What.EndsWith(end, StringComparison.Ordinal)))),
        }));
}
