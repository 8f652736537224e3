using IoMerge.Benchmark.Mounted.Programs;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Mounted.Stores;

/// <summary>
/// Makes stores, those with a file written in full, and takes away what it began when one cannot be made.
/// </summary>
/// <param name="options">Folders and sizes.</param>
/// <param name="workspace">Where names come from.</param>
internal sealed class StoreMaker(MountedOptions options, Workspace workspace)
{
    /// <summary>Makes a store for one column.</summary>
    /// <exception cref="RunException">It cannot be made here.</exception>
    public async Task<PreparedStore> MakeAsync(StoreName name, CancellationToken stop)
    {
        long bytes = options.VolumeBytes;
        switch (name.Medium)
        {
            case StoreMedium.Memory:
                return new PreparedStore(name, $"memory:{bytes}", null, bytes);
            case StoreMedium.Configured:
                return new PreparedStore(name, null, null, bytes);
            case StoreMedium.Address:
                return new PreparedStore(name, Escape(name.Text), null, bytes);
            case StoreMedium.Nbd:
                return await ServeAsync(name, stop).ConfigureAwait(false);
            case StoreMedium.CephImage:
                return new PreparedStore(name, name.Text, null, bytes) { Image = CephImageName.Parse(name.Text) };
        }
        bool isOnDisk = name.Medium == StoreMedium.DiskFile || name is { Medium: StoreMedium.Loop, Iops: 0 };
        string parent = isOnDisk ? options.DiskFolder : options.MemoryFolder;
        string folder = "";
        try
        {
            folder = workspace.NewFolder(parent);
            string file = Path.Combine(folder, "store.img");
            await FilledFile.CreateAsync(file, bytes, stop).ConfigureAwait(false);
            if (name.Medium == StoreMedium.Loop)
                return await AttachAsync(name, folder, file, isOnDisk, stop).ConfigureAwait(false);
            string direct = name.Medium == StoreMedium.DiskFile ? "required" : "off";
            return new PreparedStore(name, $"file:{Escape(file)},direct={direct}", file, bytes) { Folder = folder };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Abandon(folder);
            throw new RunException(new LeftOut(
                $"the store {name.Text}", $"It could not be made in {parent}: {e.Message}",
                "Choose another folder with --folder, or make room."), e);
        }
        catch
        {
            Abandon(folder);
            throw;
        }
    }

    private static void Abandon(string folder)
    {
        if (folder.Length > 0)
            Workspace.Remove(folder);
    }

    private async Task<PreparedStore> ServeAsync(StoreName name, CancellationToken stop)
    {
        NbdkitServer server = await NbdkitServer.StartAsync(
            name.Nbdkit!, workspace.NewFolder(options.MemoryFolder), options.VolumeBytes, stop).ConfigureAwait(false);
        return new PreparedStore(name, Escape(server.Uri), null, options.VolumeBytes)
        {
            Socket = server.Socket,
            Server = server,
        };
    }

    private async Task<PreparedStore> AttachAsync(
        StoreName name, string folder, string file, bool isDirect, CancellationToken stop)
    {
        if (ProgramPath.Find("losetup") is null)
            throw new RunException(new LeftOut($"the store {name.Text}", "losetup is not installed.",
                "Install it: apt-get install -y mount"));
        LoopDevice? device = null;
        try
        {
            device = await LoopDevice.AttachAsync(file, isDirect, stop).ConfigureAwait(false);
            IoThrottle? throttle = name.Iops == 0 ? null
                : IoThrottle.Create(ThrottleGroups.Find(), Workspace.NewName(), device.Number, name.Iops);
            return new PreparedStore(name, $"block:{device.Path}", device.Path, options.VolumeBytes)
            {
                Device = device,
                Throttle = throttle,
                Folder = folder,
            };
        }
        catch (IOException e)
        {
            device?.Dispose();
            throw new RunException(new LeftOut($"the store {name.Text}", $"There is no loop device: {e.Message}",
                "Load the kernel's module loop, and run as root outside of containers without devices."), e);
        }
        catch
        {
            device?.Dispose();
            throw;
        }
    }

    private static string Escape(string path) => path.Replace(",", "\\,", StringComparison.Ordinal);
}
