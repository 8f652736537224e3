using IoMerge.Backends;
using IoMerge.Mount.Tests.Fuse.Support;
using IoMerge.Testing.Processes;
using IoMerge.Traces;

namespace IoMerge.Mount.Tests.Fuse.Session;

/// <summary>What is recorded is what the kernel asked of the volumes, with all its facts, and nothing else.</summary>
public sealed class RecordingTests
{
    private const uint ODsync = 0x1000, OSync = 0x101000, KeepSize = 1, PunchHole = 2, SeekData = 3, SetsSize = 8;

    private static readonly BackendGeometry s_growable =
        new() { CanZero = true, CanAllocate = true, CanResize = true };

    [Fact]
    public async Task EveryDataRequest_IsRecorded_WithVolumeKindExtentFlagsAndCaller()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.trace");
        await using TraceRecorder recorder = TraceRecorder.Start(
            path, [new TraceVolume("disk", 1 << 20)], TimeProvider.System, _ => { });
        await using (var session = new TestSession(new FakeStore(1 << 20, s_growable), recorder: recorder))
        {
            FakeKernel kernel = session.Kernel;
            kernel.Call(Message.Write, TestSession.Disk, Message.WriteAt(4096, new byte[512]), pid: 11);
            kernel.Call(Message.Write, TestSession.Disk, Message.WriteAt(0, new byte[8], flags: 1 | ODsync), pid: 12);
            kernel.Call(Message.Write, TestSession.Disk, Message.WriteAt(0, new byte[8], flags: 1 | OSync), pid: 12);
            kernel.Call(Message.Read, TestSession.Disk, Message.ReadAt(4096, 1024), pid: 13);
            kernel.Call(Message.FSync, TestSession.Disk, Message.Sync(), pid: 14);
            kernel.Call(
                Message.Fallocate, TestSession.Disk, Message.AllocateAt(0, 4096, KeepSize | PunchHole), pid: 15);
            kernel.Call(Message.Fallocate, TestSession.Disk, Message.AllocateAt(8192, 4096, 0), pid: 15);
            kernel.Call(Message.SetAttr, TestSession.Disk, Message.SetAttributes(SetsSize, 65536), pid: uint.MaxValue);
            // What asks for no bytes, or for bytes that are not there, reaches no scheduler.
            kernel.Call(Message.GetAttr, TestSession.Disk, new byte[16], pid: 16);
            kernel.Call(Message.LSeek, TestSession.Disk, Message.SeekFrom(0, SeekData), pid: 16);
            kernel.Call(Message.Flush, TestSession.Disk, Message.FlushBody(), pid: 16);
            kernel.Call(Message.Read, 99, Message.ReadAt(0, 512), pid: 16);
        }

        RecordingResult result = await recorder.StopAsync();

        Assert.Null(result.Fault);
        using ITraceSource source = TraceFiles.Open(path);
        TraceRecord[] expected =
        [
            new(0, 0, IoKind.Write, IoFlags.None, 4096, 512, 11),
            new(0, 0, IoKind.Write, IoFlags.DataSync, 0, 8, 12),
            new(0, 0, IoKind.Write, IoFlags.Sync, 0, 8, 12),
            new(0, 0, IoKind.Read, IoFlags.None, 4096, 1024, 13),
            new(0, 0, IoKind.Flush, IoFlags.None, 0, 0, 14),
            new(0, 0, IoKind.Zero, IoFlags.Unmap | IoFlags.KeepSize, 0, 4096, 15),
            new(0, 0, IoKind.Allocate, IoFlags.None, 8192, 4096, 15),
            new(0, 0, IoKind.Resize, IoFlags.None, 65536, 0, 0),
        ];
        foreach (TraceRecord record in expected)
        {
            Assert.True(source.TryRead(out TraceRecord read));
            Assert.Equal(record, read with { TimeNs = 0 });
        }
        Assert.False(source.TryRead(out _));
    }
}
