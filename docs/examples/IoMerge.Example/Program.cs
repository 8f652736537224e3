using IoMerge.Backends;
using IoMerge.Backends.Local;
using IoMerge.Example;
using IoMerge.Scheduler;
using Microsoft.Extensions.DependencyInjection;

// A toy storage server: 64 clients each write a block of their own, read it back, and the numbers show that the store
// saw a few operations only. docs/library.md quotes the marked regions; a test holds them against each other.
const int Clients = 64;
const int BlockSize = 4096;

// <register>
var services = new ServiceCollection();
services.AddIoMerge(
    _ => MemoryBackend.Create(new MemoryBackendOptions { Size = 16 << 20 }),
    options =>
    {
        options.Policy = DispatchPolicies.Fifo;
        options.Merge.MaxBytes = 1 << 20;
    });
await using ServiceProvider provider = services.BuildServiceProvider();
var scheduler = provider.GetRequiredService<IoScheduler>();
// </register>

// <await>
byte[] greeting = "hello, merged world"u8.ToArray();
await scheduler.WriteAsync(offset: 8 << 20, greeting);
await scheduler.FlushAsync();
byte[] answer = new byte[greeting.Length];
long length = await scheduler.ReadAsync(offset: 8 << 20, answer);
// </await>
Check(length == greeting.Length && answer.AsSpan().SequenceEqual(greeting), "the greeting came back");

// <rehearse>
var rehearsal = new PolicyRehearsal(new ReadsFirstPolicy(maxAgeMs: 500));
IoRequest write = rehearsal.Add(IoKind.Write, new Extent(0, 512), nowNs: 0);
IoRequest read = rehearsal.Add(IoKind.Read, new Extent(4096, 512), nowNs: 1_000_000);
Check(rehearsal.DispatchNext(nowNs: 2_000_000) == read, "the read goes first");
Check(rehearsal.DispatchNext(nowNs: 2_000_000) == write, "the write follows");
// </rehearse>

// <select>
DispatchPolicyFactory.Register("ReadsFirst", options => new ReadsFirstPolicy(options.Scan.MaxAgeMs));
scheduler.Reconfigure(scheduler.Options with { Policy = "ReadsFirst" });
// </select>

SchedulerSnapshot before = scheduler.GetSnapshot();
using (var clients = new ClientBurst(Clients, BlockSize))
{
    // The clients' requests come in shuffled, as from a network.
    clients.Prepare(IoKind.Write, new Random(1));
    scheduler.Submit(clients.Requests);
    Check(clients.WaitForAll(), "all writes succeeded");
    clients.Prepare(IoKind.Read, new Random(2));
    scheduler.Submit(clients.Requests);
    Check(clients.WaitForAll(), "each client read his own bytes");
}

// <snapshot>
SchedulerSnapshot after = scheduler.GetSnapshot();
long writesIn = after.WritesIn - before.WritesIn, writesOut = after.WritesOut - before.WritesOut;
long readsIn = after.ReadsIn - before.ReadsIn, readsOut = after.ReadsOut - before.ReadsOut;
Console.WriteLine($"writes: {writesIn} requests in, {writesOut} operations out");
Console.WriteLine($"reads: {readsIn} requests in, {readsOut} operations out");
// </snapshot>

// <dispose>
await provider.DisposeAsync();
Console.WriteLine($"clean end: {scheduler.Shutdown!.IsClean}");
// </dispose>

static void Check(bool holds, string what)
{
    if (!holds)
        throw new InvalidOperationException($"It is not true that {what}.");
}
