namespace IoMerge.EndToEnd.Tests;

/// <summary>A service manager is told when the volumes are there, and when they are about to go.</summary>
public sealed class ReadinessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly NotifySocket _manager;

    public ReadinessTests() => _manager = new NotifySocket(_folder.File("notify"));

    [MountFact]
    public void Mount_UnderAServiceManager_IsReadyOnceMounted_AndTellsThatItStops()
    {
        string point = _folder.Folder("mnt");
        using ChildProcess service = StartAsService(["mount", point, "--volume", "disk=memory:64MiB"]);
        try
        {
            Assert.Equal("READY=1", _manager.Receive(service));
            Assert.True(Mounts.Has(point), "It was ready before it had mounted.");
            Assert.True(File.Exists(Path.Combine(point, "disk")));
            Assert.True(_manager.IsSilent);

            service.Signal(MountedVolume.SigTerm);

            Assert.Equal("STOPPING=1", _manager.Receive(service));
            Assert.True(service.WaitForExit() == 0, service.Output);
            Assert.False(Mounts.Has(point));
            Assert.True(_manager.IsSilent);
        }
        finally
        {
            Mounts.Clear(point);
        }
    }

    [MountFact]
    public void Mount_ThatIsRefused_IsNeverReady()
    {
        using ChildProcess service = StartAsService(
            ["mount", _folder.File("missing"), "--volume", "disk=memory:64MiB"]);

        Assert.Equal(ExitCodes.MountFailed, service.WaitForExit());

        while (!_manager.IsSilent)
            Assert.NotEqual("READY=1", _manager.Receive(service));
    }

    public void Dispose()
    {
        _manager.Dispose();
        _folder.Dispose();
    }

    private ChildProcess StartAsService(IEnumerable<string> arguments) =>
        ChildProcess.Start("/usr/bin/env", [.. _manager.Variables, Iomerge.Path, .. arguments]);
}
