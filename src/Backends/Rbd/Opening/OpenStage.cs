namespace IoMerge.Backends.Rbd;

/// <summary>How far opening an image had come when something went wrong.</summary>
internal enum OpenStage
{
    /// <summary>Reading the cluster's configuration.</summary>
    Configuration,

    /// <summary>Reaching the monitors and proving who one is.</summary>
    Cluster,

    /// <summary>Finding the pool.</summary>
    Pool,

    /// <summary>Opening the image.</summary>
    Image,

    /// <summary>Opening the snapshot of an image that exists.</summary>
    Snapshot,

    /// <summary>Taking the exclusive lock.</summary>
    Lock,

    /// <summary>Asking the open image for its facts.</summary>
    Facts,
}
