using System.Runtime.Versioning;
using Xunit.Sdk;
using Xunit.v3;

// Mounts, loop devices and the machine's /dev/fuse are shared: one test at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(CephCluster.Farewell))]
[assembly: SupportedOSPlatform("linux")]
