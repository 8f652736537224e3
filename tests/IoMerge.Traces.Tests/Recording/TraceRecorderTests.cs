using IoMerge.Testing;
using IoMerge.Testing.Processes;

namespace IoMerge.Traces.Tests.Recording;

/// <summary>A recording has every arrival once and in order of time, or ends and says so; it never holds up who brings
/// arrivals.</summary>
public sealed class TraceRecorderTests
{
    private static readonly TraceVolume[] s_volumes = [new("a", 1 << 30), new("b", 0), new("c", 0), new("d", 0)];

    [Fact]
    public async Task Arrivals_OfTwoLanes_AreRecordedInOrderOfTime()
    {
        var time = new ManualTime();
        var stream = new MemoryStream();
        await using var recorder = new TraceRecorder(stream, s_volumes, time, _ => { });
        ArrivalLane first = recorder.AddLane(), second = recorder.AddLane();
        for (int i = 0; i < 10; i++)
        {
            time.AdvanceNs(100);
            (i % 3 == 0 ? first : second).Record(i % 2, IoKind.Write, IoFlags.DataSync, new Extent(i * 8L, 8), i);
        }

        RecordingResult result = await recorder.StopAsync();

        Assert.Equal(new RecordingResult(10, stream.ToArray().Length, null), result);
        Assert.Equal(
            Enumerable.Range(0, 10).Select(i => new TraceRecord(
                (i + 1) * 100, i % 2, IoKind.Write, IoFlags.DataSync, i * 8L, 8, i)),
            Sample.Read(stream.ToArray()));
    }

    [Fact]
    public async Task Arrivals_OfManyThreads_AreAllThere_EachThreadsInItsOrder()
    {
        const int perThread = 50_000;
        var stream = new MemoryStream();
        await using var recorder = new TraceRecorder(stream, s_volumes, TimeProvider.System, _ => { });
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(volume =>
        {
            ArrivalLane lane = recorder.AddLane();
            return new Thread(() =>
            {
                for (int i = 0; i < perThread; i++)
                    lane.Record(volume, IoKind.Read, IoFlags.None, new Extent(i, 1), volume);
            });
        })];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        RecordingResult result = await recorder.StopAsync();

        // That time never goes back is the reader's check.
        Assert.Null(result.Fault);
        List<TraceRecord> records = Sample.Read(stream.ToArray());
        for (int volume = 0; volume < threads.Length; volume++)
        {
            Assert.Equal(Enumerable.Range(0, perThread).Select(i => (long)i),
                records.Where(record => record.Volume == volume).Select(record => record.Offset));
        }
    }

    [Fact]
    public async Task ThreadThatStandsStillBetweenClockAndLane_IsWaitedFor()
    {
        using var time = new StallingTime();
        var stream = new MemoryStream();
        await using var recorder = new TraceRecorder(stream, s_volumes, time, _ => { });
        ArrivalLane slow = recorder.AddLane(), quick = recorder.AddLane();
        var thread = new Thread(() => slow.Record(0, IoKind.Read, IoFlags.None, new Extent(0, 1), 1)) { Name = "slow" };
        time.Stall("slow");
        thread.Start();
        time.WaitUntilStalled();
        quick.Record(1, IoKind.Read, IoFlags.None, new Extent(1, 1), 2);
        long looks = time.RecorderLooks;
        try
        {
            Until.True(() => time.RecorderLooks >= looks + 6, () => "the recorder does not look");
        }
        finally
        {
            time.Release();
            thread.Join();
        }

        RecordingResult result = await recorder.StopAsync();

        Assert.Null(result.Fault);
        Assert.Equal([0, 1], Sample.Read(stream.ToArray()).Select(record => record.Volume));
    }

    [Fact]
    public async Task FullLane_EndsTheRecordingAtOnce_AndTheFileIsNoWholeTrace()
    {
        const int capacity = 4;
        using var time = new StallingTime();
        var stream = new MemoryStream();
        List<string> told = [];
        await using var recorder = new TraceRecorder(stream, s_volumes, time, told.Add, capacity);
        ArrivalLane lane = recorder.AddLane();
        time.Stall("iomerge-recorder");
        time.WaitUntilStalled();
        for (int i = 0; i < capacity; i++)
            lane.Record(0, IoKind.Read, IoFlags.None, new Extent(i, 1), 1);
        bool endedBefore = recorder.HasEnded;
        lane.Record(0, IoKind.Read, IoFlags.None, new Extent(capacity, 1), 1);
        bool endedAfter = recorder.HasEnded;
        lane.Record(0, IoKind.Read, IoFlags.None, new Extent(capacity + 1, 1), 1);
        time.Release();
        RecordingResult result = await recorder.StopAsync();

        Assert.Equal((false, true), (endedBefore, endedAfter));
        Assert.Equal("arrivals came faster than they could be written", result.Fault);
        Assert.Equal(result.Fault, Assert.Single(told));
        Assert.Equal(capacity, result.Arrivals);
        TraceFormatException fault = Sample.ReadDamaged(stream.ToArray(), out List<TraceRecord> before);
        Assert.Equal([0, 1, 2, 3], before.Select(record => record.Offset));
        Assert.Contains("without its closing block", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FullDisk_EndsTheRecording_AndKeepsTheWholeBlocks()
    {
        var time = new ManualTime();
        var stream = new BoundedStream(100_000);
        List<string> told = [];
        await using var recorder = new TraceRecorder(stream, s_volumes, time, told.Add);
        ArrivalLane lane = recorder.AddLane();
        for (int i = 0; i < 60_000; i++)
        {
            time.AdvanceNs(1_000);
            lane.Record(0, IoKind.Read, IoFlags.None, new Extent(i, 1), 1);
        }
        Until.True(() => recorder.HasEnded, () => "the recording goes on");

        lane.Record(0, IoKind.Read, IoFlags.None, new Extent(0, 1), 1);
        RecordingResult result = await recorder.StopAsync();

        Assert.Equal("No space left on device", result.Fault);
        Assert.Equal(result.Fault, Assert.Single(told));
        Assert.Equal(result.Bytes, stream.ToArray().Length);
        Sample.ReadDamaged(stream.ToArray(), out List<TraceRecord> before);
        Assert.Equal(result.Arrivals, before.Count);
        Assert.InRange(before.Count, 1, 59_999);
    }

    [Fact]
    public async Task Recording_ThatIsKilled_HasLeftWhatWasFlushed()
    {
        var time = new ManualTime();
        string path;
        using var folder = new TemporaryFolder();
        path = folder.File("a.trace");
        await using var recorder = TraceRecorder.Start(path, s_volumes, time, _ => { });
        ArrivalLane lane = recorder.AddLane();
        lane.Record(0, IoKind.Read, IoFlags.None, new Extent(0, 1), 1);
        long empty = new FileInfo(path).Length;
        time.Advance(TimeSpan.FromSeconds(2));
        Until.True(() => new FileInfo(path).Length > empty, () => "nothing was flushed after two seconds");

        using ITraceSource source = TraceFiles.Open(path);

        Assert.True(source.TryRead(out _));
        Assert.Throws<TraceFormatException>(() => source.TryRead(out _));
    }

    [Fact]
    public void Record_AllocatesNothing()
    {
        using var stream = new MemoryStream();
        var recorder = new TraceRecorder(stream, s_volumes, TimeProvider.System, _ => { });
        ArrivalLane lane = recorder.AddLane();
        Bring(1_000);

        // What the runtime does once on this thread, such as compiling again, is in one round; arrivals are in each.
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Bring(10_000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.False(recorder.HasEnded);
        recorder.StopAsync();

        void Bring(int count)
        {
            for (int i = 0; i < count; i++)
                lane.Record(0, IoKind.Read, IoFlags.None, new Extent(i, 1), 1);
        }
    }

    [Fact]
    public void Start_WithAFileThatExists_RefusesAndLeavesIt()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.trace");
        File.WriteAllText(path, "mine");

        Assert.Throws<IOException>(() => TraceRecorder.Start(path, s_volumes, TimeProvider.System, _ => { }));
        Assert.Equal("mine", File.ReadAllText(path));
    }

    [Fact]
    public async Task Start_ThatFails_LeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.trace");

        Assert.Throws<ArgumentException>(() => TraceRecorder.Start(path, [], TimeProvider.System, _ => { }));
        Assert.False(File.Exists(path));
        await using TraceRecorder second = TraceRecorder.Start(path, s_volumes, TimeProvider.System, _ => { });
        Assert.Equal((await second.StopAsync()).Bytes, new FileInfo(path).Length);
    }
}
