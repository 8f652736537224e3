using IoMerge.Backends.Nbd.Tests.Hostile.Server;

namespace IoMerge.Backends.Nbd.Tests.Hostile;

/// <summary>Whatever a server says in the handshake, at opening and when a client comes back.</summary>
public sealed class HandshakeTests
{
    private static readonly string[] s_binding = ["magic", "option magic", "option"];

    public static TheoryData<MessageKind, string> Fields => Faults.FieldsOf(Faults.Handshake);

    public static TheoryData<MessageKind> Kinds => [.. Faults.Handshake];

    [Theory]
    [MemberData(nameof(Fields))]
    public Task AnOpening_WithAWrongField_IsRefusedOrServesRightly(MessageKind kind, string field) =>
        RunAllAsync(Faults.OfField(kind, field), Moment.Opening, kind, field);

    [Theory]
    [MemberData(nameof(Fields))]
    public Task AReturn_WithAWrongField_IsTriedAgain(MessageKind kind, string field) =>
        RunAllAsync(Faults.OfField(kind, field), Moment.Returning, kind, field);

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task AnOpening_CutAtAnyByte_IsRefused(MessageKind kind) =>
        RunAllAsync(Faults.CutShort(kind), Moment.Opening, kind, "");

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task AReturn_CutAtAnyByte_IsTriedAgain(MessageKind kind) =>
        RunAllAsync(Faults.CutShort(kind), Moment.Returning, kind, "");

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task AReturn_ThatStalls_IsTriedAgain(MessageKind kind) =>
        RunAllAsync(Faults.Stalled(kind), Moment.Returning, kind, "");

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task AnOpening_WithSurplus_IsRefusedOrServesRightly(MessageKind kind) =>
        RunAllAsync([.. Faults.Surplus(kind), .. Faults.Last(kind)], Moment.Opening, kind, "");

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task AReturn_WithSurplus_IsTriedAgain(MessageKind kind) =>
        RunAllAsync([.. Faults.Surplus(kind), .. Faults.Last(kind)], Moment.Returning, kind, "");

    private static Task RunAllAsync(IEnumerable<Fault> faults, Moment moment, MessageKind kind, string field) =>
        HostileCase.RunAllAsync(faults.Select(fault => new HostileCase(fault, moment)
        {
            // A server that knows no structured replies says so by refusing them.
            IsStructured = kind != MessageKind.Refusal,
            // What the export is may change; a client has to believe that.
            MayStayBroken = kind is MessageKind.ExportInfo or MessageKind.BlockSizeInfo or MessageKind.NamedExport
                && field != "magic",
            MustBeNoticed = s_binding.Contains(field),
        }));
}
