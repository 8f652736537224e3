namespace IoMerge.Benchmark.Mounted;

/// <summary>What a volume's store says of itself in a <see cref="MountSummary"/>.</summary>
/// <param name="Engine">What drives it; null where there is no choice.</param>
/// <param name="Network">The connection to its server; null for a store of this machine.</param>
public sealed record StoreState(string? Engine, NetworkState? Network);

/// <summary>How a store stands with its server.</summary>
/// <param name="Connections">Connections at this moment; 0 while the server is away.</param>
/// <param name="Reconnects">Connections that were made in place of a lost one.</param>
/// <param name="Replays">Commands that were sent a second time.</param>
/// <param name="Commands">Commands that were answered.</param>
/// <param name="IsLost">True while requests fail because the server has been away for too long, or changed.</param>
public sealed record NetworkState(int Connections, long Reconnects, long Replays, long Commands, bool IsLost);
