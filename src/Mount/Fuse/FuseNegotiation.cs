namespace IoMerge.Mount.Fuse;

/// <summary>What the kernel and this server agreed on.</summary>
/// <param name="Major">Major version of the protocol; 7.</param>
/// <param name="Minor">Minor version of the protocol: the older one of both sides'.</param>
/// <param name="MaxWrite">Most bytes of one write.</param>
/// <param name="MaxRead">Most bytes of one read.</param>
/// <param name="MaxBackground">Most asynchronous requests outstanding at a time.</param>
/// <param name="MaxReadahead">Most bytes that the kernel reads ahead (through the page cache only).</param>
/// <param name="Flags">The abilities in use, by their names in the kernel's header, separated by spaces.</param>
/// <param name="Readers">Threads that take requests.</param>
/// <param name="Channels">Descriptors that they use; fewer than readers where the kernel cannot clone one.</param>
public sealed record FuseNegotiation(
    int Major,
    int Minor,
    long MaxWrite,
    long MaxRead,
    int MaxBackground,
    long MaxReadahead,
    string Flags,
    int Readers,
    int Channels);
