namespace IoMerge.EndToEnd.Tests;

/// <summary>The check on which the data-safety tests rest can fail: it finds a write that is missing.</summary>
public sealed class HarnessTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SequencedWriters_HeldAgainstStore_NoticeALostWrite(bool lose)
    {
        using TemporaryFolder folder = new();
        string store = folder.File("store");
        Shell.Run($"truncate -s 4M '{store}'");
        using SequencedWriters writers = new(store);
        writers.WaitForWrites(2_000);
        writers.Stop();

        // What an early acknowledgement leaves behind: an older block in place of the acknowledged one.
        if (lose)
            Shell.Run($"dd if=/dev/zero of='{store}' bs=4k seek=37 count=1 conv=notrunc status=none");

        Exception? found = Record.Exception(() => writers.AssertNothingLost(store));
        Assert.Equal(lose, found is not null);
        Assert.Contains(lose ? "Block 37" : "", found?.Message ?? "", StringComparison.Ordinal);
    }
}
