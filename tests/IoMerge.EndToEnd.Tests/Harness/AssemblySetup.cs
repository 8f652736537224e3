using System.Runtime.Versioning;

// Mounts, loop devices and the machine's /dev/fuse are shared: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: SupportedOSPlatform("linux")]
