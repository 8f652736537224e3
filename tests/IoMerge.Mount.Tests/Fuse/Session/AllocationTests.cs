using IoMerge.Mount.Tests.Fuse.Support;

namespace IoMerge.Mount.Tests.Fuse.Session;

/// <summary>Counts what the whole process allocates, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationCollection;

/// <summary>The hot path allocates nothing once it is warm.</summary>
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    [Fact]
    public async Task SteadyState_ThousandsOfRequests_AllocatesNothingPerRequest()
    {
        await using var session = new TestSession();
        session.Store.Log.EnsureCapacity(50_000);
        byte[] read = new byte[80], write = new byte[80 + 4096], reply = new byte[8192];
        Message.Bytes(80u, Message.Read, 2UL, TestSession.Disk, new byte[16], Message.ReadAt(4096,
            4096)).CopyTo(read, 0);
        Message.Bytes(80u + 4096, Message.Write, 4UL, TestSession.Disk, new byte[16],
            Message.WriteAt(8192, new byte[4096])).CopyTo(write, 0);
        Exchange(2_000);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Exchange(10_000);
        long perRequest = (GC.GetTotalAllocatedBytes(precise: true) - before) / 20_000;
        Assert.InRange(perRequest, 0, 15);

        void Exchange(int rounds)
        {
            for (int round = 0; round < rounds; round++)
            {
                session.Kernel.SendRaw(read);
                session.Kernel.ReceiveInto(reply);
                session.Kernel.SendRaw(write);
                session.Kernel.ReceiveInto(reply);
            }
        }
    }
}
