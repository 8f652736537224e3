namespace IoMerge.Backends.Nbd.Tests.Hostile.Server;

/// <summary>What the protocol demands of a client's requests.</summary>
internal static class Conduct
{
    private const ushort Fua = 1;
    private const ushort NoHole = 2;
    private const ushort DontFragment = 4;
    private const ushort RequestOne = 8;
    private const ushort FastZero = 16;

    /// <summary>What is wrong with a request to an export; null when nothing is.</summary>
    internal static string? FaultOf(ClientRequest request, MemoryExport export)
    {
        string what = $"{request.Command} {request.Offset}+{request.Length} with flags {request.Flags}";
        if (request.Command == Command.Flush)
        {
            return request is { Offset: 0, Length: 0 } ? null : $"{what}: a flush has neither offset nor length.";
        }
        if (request.Length == 0)
            return $"{what}: it is empty.";
        if (request.Offset + request.Length > (ulong)export.Size)
            return $"{what}: it passes the end {export.Size}.";
        if (request.Offset % export.Minimum != 0 || request.Length % export.Minimum != 0)
            return $"{what}: not aligned to {export.Minimum}.";
        if (request.Command is Command.Read or Command.Write && request.Length > export.Maximum)
            return $"{what}: more than {export.Maximum}.";
        if (request.Command == Command.Cache && (export.Flags & Wire.SendCache) == 0)
            return $"{what}: not offered.";
        if ((request.Flags & FastZero) != 0 && (export.Flags & Wire.SendFastZero) == 0)
            return $"{what}: fast zeros are not offered.";
        return (request.Flags & ~Allowed(request.Command)) == 0 ? null : $"{what}: a flag that does not belong there.";
    }

    private static int Allowed(Command command) => command switch
    {
        Command.Read => DontFragment,
        Command.Write or Command.Trim => Fua,
        Command.WriteZeroes => Fua | NoHole | FastZero,
        Command.BlockStatus => RequestOne,
        _ => 0,
    };
}
