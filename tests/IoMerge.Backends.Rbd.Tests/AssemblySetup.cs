using IoMerge.Testing.Processes;
using Xunit.Sdk;
using Xunit.v3;

// One cluster, and tests that stop its OSD: one test at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(CephCluster.Farewell))]
