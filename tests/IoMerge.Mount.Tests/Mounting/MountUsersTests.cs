using IoMerge.Mount.Mounting;

namespace IoMerge.Mount.Tests.Mounting;

public sealed class MountUsersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("iomerge-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Users_OfAllKinds_AreNamed()
    {
        string proc = Process("11", "editor", cwd: "/mnt/x/sub", root: "/", descriptor: "/dev/null");
        Process("12", "jail", cwd: "/", root: "/mnt/x", descriptor: "/dev/null");
        Process("13", "dd", cwd: "/", root: "/", descriptor: "/mnt/x/disk");
        Process("14", "other", cwd: "/mnt/xy", root: "/", descriptor: "/mnt");
        string blocks = Loop("loop7", "/mnt/x/disk");

        string[] users = [.. MountUsers.Find("/mnt/x", proc, blocks).Order(StringComparer.Ordinal)];

        Assert.Equal(4, users.Length);
        Assert.Contains("/dev/loop7 (loop device over /mnt/x/disk)", users);
        Assert.Contains("dd (pid 13, has /mnt/x/disk open)", users);
        Assert.Contains("editor (pid 11, its current directory)", users);
        Assert.Contains("jail (pid 12, its root directory)", users);
    }

    private string Process(string pid, string name, string cwd, string root, string descriptor)
    {
        string proc = Path.Combine(_folder.FullName, "proc");
        string process = Directory.CreateDirectory(Path.Combine(proc, pid, "fd")).Parent!.FullName;
        File.WriteAllText(Path.Combine(process, "comm"), name + "\n");
        File.CreateSymbolicLink(Path.Combine(process, "cwd"), cwd);
        File.CreateSymbolicLink(Path.Combine(process, "root"), root);
        File.CreateSymbolicLink(Path.Combine(process, "fd", "3"), descriptor);
        Directory.CreateDirectory(Path.Combine(process, "fdinfo"));
        File.WriteAllText(Path.Combine(process, "fdinfo", "3"), "pos:\t0\n");
        return proc;
    }

    private string Loop(string device, string backing)
    {
        string blocks = Path.Combine(_folder.FullName, "block");
        string loop = Directory.CreateDirectory(Path.Combine(blocks, device, "loop")).FullName;
        File.WriteAllText(Path.Combine(loop, "backing_file"), backing + "\n");
        return blocks;
    }
}
