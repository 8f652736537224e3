namespace IoMerge.Backends.Nbd;

/// <summary>What a backend did so far.</summary>
/// <param name="Connections">Connections at this moment.</param>
/// <param name="Reconnects">Connections that were made in place of a lost one.</param>
/// <param name="Replays">Commands that were sent a second time.</param>
/// <param name="Commands">Commands that were answered.</param>
/// <param name="IsLost">True while requests fail because the server has been away for too long, or changed.</param>
public readonly record struct NbdStatistics(
    int Connections, long Reconnects, long Replays, long Commands, bool IsLost);
