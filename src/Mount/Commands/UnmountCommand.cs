using System.CommandLine;
using IoMerge.Mount.Hosting;
using IoMerge.Mount.Mounting;

namespace IoMerge.Mount.Commands;

/// <summary><c>iomerge unmount</c>: takes a mount away and waits until its server has flushed and left.</summary>
internal static class UnmountCommand
{
    public static Command Create()
    {
        var mountPoint = new Argument<string>("MOUNTPOINT") { Description = "Where it is mounted" };
        mountPoint.CompletionSources.Add(_ => OwnMounts.Paths);
        var lazy = new Option<bool>("--lazy", "-l")
        {
            Description = "Hide it at once although it is in use, and do not wait; it ends with its last user",
        };
        var command = new Command("unmount",
            "Take a mount away; returns when everything is flushed and its server is gone")
        {
            mountPoint, lazy,
        };
        command.Aliases.Add("umount");
        ArgumentRules.RefuseOptions(command, mountPoint);
        command.SetAction(result => Run(result.GetRequiredValue(mountPoint), result.GetValue(lazy)));
        return command;
    }

    private static int Run(string path, bool lazy)
    {
        string mountPoint = MountPointFacts.Resolve(path);
        if (MountTable.Find(mountPoint) is not { } entry)
            return Fail($"{mountPoint} is not a mount point. {OwnMounts.Describe()}");
        if (!entry.IsOwn)
            return Fail($"{mountPoint} is a mount of {entry.Source} (type {entry.FsType}), not of iomerge. "
                + $"Use umount {mountPoint} if you mean it.");
        using MountServer? server = lazy ? null : MountServer.Find(entry);
        UnmountResult result = Unmounter.Unmount(mountPoint, lazy);
        if (result.IsDone)
        {
            server?.WaitForExit();
            return ExitCode.Success;
        }
        if (!result.IsBusy)
            return Fail($"{result.Message}. Only root and the user who mounted may unmount.");
        string users = MountUsers.Describe(mountPoint);
        return Fail($"{mountPoint} is busy{(users.Length == 0 ? "" : ", " + users)}. End what uses it, or hide it at "
            + $"once and let it end with its last user: iomerge unmount --lazy {mountPoint}");
    }

    private static int Fail(string message) => CommandFault.Tell(ExitCode.Mount, message);
}
