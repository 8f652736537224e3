namespace IoMerge.Mount.Configuration;

/// <summary>The settings directly below <c>Volumes:NAME</c>.</summary>
internal static class VolumeKnobs
{
    public static KnobTable<VolumeAccess> Table { get; } = new(new VolumeAccess(),
        Knobs<VolumeAccess>.Make("Mode", "octal", FileModeText.Rule,
            "Permission bits of the volume's file; the kernel checks them.",
            o => FileModeText.Format(o.Mode), (o, v) => o with { Mode = v },
            (KnobParser<uint>)FileModeText.TryParse),
        Knobs<VolumeAccess>.Text("Owner", "name or id",
            "the name or number of a user, or empty for the user who mounts",
            "Owner of the volume's file.",
            o => o.Owner, (o, v) => o with { Owner = v },
            text => text.Length == 0 || Accounts.TryFindUser(text, out _)),
        Knobs<VolumeAccess>.Text("Group", "name or id",
            "the name or number of a group, or empty for the mounter's group",
            "Group of the volume's file.",
            o => o.Group, (o, v) => o with { Group = v },
            text => text.Length == 0 || Accounts.TryFindGroup(text, out _)),
        Knobs<VolumeAccess>.Switch("ReadOnly",
            "Refuses changes to the volume and opens its store for reading only.",
            o => o.ReadOnly, (o, v) => o with { ReadOnly = v }));
}
