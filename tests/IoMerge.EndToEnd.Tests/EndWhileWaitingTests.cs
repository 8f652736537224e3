namespace IoMerge.EndToEnd.Tests;

/// <summary>An end that comes while requests wait: for others to merge with, or for a store that takes few.</summary>
public sealed class EndWhileWaitingTests
{
    // The longest hold there is. Whatever waits longer than the test waited for this hold, not for the end of it.
    private static readonly string[] s_longHold =
        ["--set", "Scheduler:Hold:Mode=Fixed", "--set", "Scheduler:Hold:MaxUs=1000000"];

    [MountTheory]
    [InlineData("Fifo")]
    [InlineData("Scan")]
    [InlineData("Deadline")]
    public void SigTerm_WithHoldArmed_StoresWhatWasHeld(string policy) =>
        AssertStoresWhatWasWritten(8, ["--policy", policy, .. s_longHold]);

    [MountFact]
    public void Umount_RightAfterAWriteIsHeld_StoresIt()
    {
        using Store store = new(StoreKind.PageCacheFile, 1 << 20);
        using MountedVolume volume = MountedVolume.Start(store.Spec, s_longHold);

        // The caller is answered only after the hold; the file is closed and the mount taken away at once then.
        Shell.Run($"head -c 4096 /dev/zero | tr '\\0' x | dd of='{volume.Disk}' bs=4k oflag=direct conv=notrunc "
            + $"status=none && umount '{volume.MountPoint}'");

        volume.WaitForCleanExit();
        Shell.Run($"cmp -n 4096 '{store.File}' <(tr '\\0' x < /dev/zero)");
    }

    [MountFact]
    public void SigTerm_WithARateLimitUsedUp_StoresWhatWasAcknowledged() =>
        AssertStoresWhatWasWritten(64, RateLimit(("OperationsPerSecond", "200")));

    [MountFact]
    public void SigTerm_WithARateLimitThatLetsNothingThrough_EndsInTimeAndSaysWhatIsNotSafe()
    {
        using Store store = new(StoreKind.PageCacheFile, 64 << 20);
        // After the first operation the next would have its turn in many minutes.
        using MountedVolume volume = MountedVolume.Start(
            store.Spec, ["--set", "Mount:BusyTimeoutMs=1", "--set", "Scheduler:DrainTimeoutMs=100",
                .. RateLimit(("BytesPerSecond", "1"), ("BurstMs", "0"))]);
        using SequencedWriters writers = new(volume.Disk);
        writers.WaitForWrites(1);

        volume.Process.Signal(MountedVolume.SigTerm);

        Assert.Equal(ExitCodes.Runtime, volume.Process.WaitForExit());
        Assert.Contains("never came back", volume.Process.Output, StringComparison.Ordinal);
        writers.Stop();
        writers.AssertNothingLost(store.File!);
        Assert.False(Mounts.Has(volume.MountPoint));
    }

    [MountFact]
    public void SigTerm_WithAReaderThatHangsInItsStore_EndsInTimeAndSaysSo()
    {
        using TemporaryFolder folder = new();
        using Store store = new(StoreKind.PageCacheFile, 1 << 20);
        // Readers call the store themselves, and nobody returns from there.
        using MountedVolume volume = MountedVolume.Start(
            store.Spec, "--set", "Volumes:disk:Backend:Engine=Inline", "--set", "Mount:BusyTimeoutMs=1",
            "--set", "Scheduler:DrainTimeoutMs=100");
        using RawFile file = new(volume.Disk, Native.O_RDWR | Native.O_DIRECT);
        using AlignedBuffer buffer = new(4096);
        Thread caller = new(() => file.Write(buffer.Span, 0));
        using (Interruptions.Hanging(volume.Process, folder, ["pwrite64", "pwritev", "pwritev2"], [store.File!]))
        {
            caller.Start();
            Until.True(() => IsAnyThreadStopped(volume.Process), () => "The write never reaches the store.");

            volume.Process.Signal(MountedVolume.SigTerm);

            // The summary is the last thing said. The kernel lets a traced process go only when its tracer does.
            Until.True(() => volume.Process.Output.Contains("disk: 2 requests in", StringComparison.Ordinal),
                () => $"It waits for the reader:\n{volume.Process.Output}");
            Assert.Contains("a reader of the mount hangs", volume.Process.Output, StringComparison.Ordinal);
        }
        Assert.Equal(ExitCodes.Runtime, volume.Process.WaitForExit());
        Assert.False(Mounts.Has(volume.MountPoint));
        caller.Join();
    }

    private static void AssertStoresWhatWasWritten(int writes, IEnumerable<string> arguments)
    {
        using Store store = new(StoreKind.PageCacheFile, 64 << 20);
        using MountedVolume volume = MountedVolume.Start(
            store.Spec, ["--set", "Mount:BusyTimeoutMs=200", .. arguments]);
        using SequencedWriters writers = new(volume.Disk);
        writers.WaitForWrites(writes);

        volume.Process.Signal(MountedVolume.SigTerm);

        volume.WaitForCleanExit();
        writers.Stop();
        writers.AssertNothingLost(store.File!);
        Assert.False(Mounts.Has(volume.MountPoint));
    }

    private static bool IsAnyThreadStopped(ChildProcess server) => Directory
        .EnumerateDirectories($"/proc/{server.Id}/task")
        .Any(task => File.ReadAllText(Path.Combine(task, "status")).Contains("State:\tt", StringComparison.Ordinal));

    private static IEnumerable<string> RateLimit(params (string Key, string Value)[] options) =>
        Decorator.Arguments(0, "ratelimit", options);
}
