namespace IoMerge.Testing.Processes;

/// <summary>An image of the tests' cluster, removed with its snapshots when the object is disposed of.</summary>
public sealed class CephImage : IDisposable
{
    private readonly CephCluster _cluster;

    internal CephImage(CephCluster cluster, long size, string options)
    {
        _cluster = cluster;
        Name = $"rbd/test-{Environment.ProcessId}-{Guid.NewGuid():N}"[..32];
        cluster.Run($"rbd create --size {size}B {options} {Name}");
    }

    /// <summary>Pool and name.</summary>
    public string Name { get; }

    /// <summary>What <c>--volume disk=</c> takes.</summary>
    public string Spec => $"rbd:{Name},conf={_cluster.Conf}";

    /// <inheritdoc/>
    public void Dispose()
    {
        // A test may have removed it. A watcher that was killed is believed to be there for half a minute; nobody waits
        // for that, because the cluster goes with the tests.
        _cluster.Try($"rbd snap purge --no-progress {Name}");
        _cluster.Try($"rbd rm --no-progress {Name}");
    }
}
