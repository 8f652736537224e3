using System.Runtime.InteropServices;
using System.Text;
using IoMerge.Backends;
using IoMerge.Mount.Mounting.Native;
using Tmds.Linux;

namespace IoMerge.Mount.Mounting;

/// <summary>What can be found out about a directory that is to become a mount point.</summary>
/// <param name="Path">Its path, absolute and without symbolic links as far as it exists.</param>
/// <param name="Error">What looking at it gave.</param>
/// <param name="IsDirectory">Whether it is a directory.</param>
/// <param name="IsEmpty">Whether nothing is in it.</param>
/// <param name="Mounted">What is mounted there already.</param>
/// <param name="Answers">False when a mounted file system did not answer in time.</param>
internal sealed record MountPointFacts(
    string Path, Errno Error, bool IsDirectory, bool IsEmpty, MountEntry? Mounted, bool Answers)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>Looks at a path. A dead or hanging mount there does not hang the caller.</summary>
    public static MountPointFacts Gather(string path)
    {
        string resolved = Resolve(path);
        MountEntry? mounted = MountTable.Find(resolved);
        var facts = new MountPointFacts(resolved, Errno.None, false, false, mounted, Answers: true);
        if (mounted is null || !mounted.IsFuse)
            return Look(facts);
        // Somebody else's server may never answer, and who waits for it cannot be woken: let a thread risk that.
        MountPointFacts? seen = null;
        var thread = new Thread(() => seen = Look(facts)) { IsBackground = true, Name = "mount point probe" };
        thread.Start();
        return thread.Join(s_patience) ? seen! : facts with { Answers = false };
    }

    /// <summary>
    /// The path, absolute and without symbolic links; as far as that can be told when it does not exist.
    /// </summary>
    public static unsafe string Resolve(string path)
    {
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        nint resolved = Libc.RealPath(full, null);
        if (resolved == 0)
            return full;
        string text = Marshal.PtrToStringUTF8(resolved)!;
        Libc.Free(resolved);
        return text;
    }

    private static unsafe MountPointFacts Look(MountPointFacts facts)
    {
        stat status;
        fixed (byte* path = Encoding.UTF8.GetBytes(facts.Path + '\0'))
        {
            if (LibC.stat(path, &status) < 0)
                return facts with { Error = SystemError.Last };
        }
        bool isDirectory = ((uint)status.st_mode & (uint)LibC.S_IFMT) == (uint)LibC.S_IFDIR;
        try
        {
            bool isEmpty = isDirectory && !Directory.EnumerateFileSystemEntries(facts.Path).Any();
            return facts with { IsDirectory = isDirectory, IsEmpty = isEmpty };
        }
        catch (UnauthorizedAccessException)
        {
            return facts with { IsDirectory = isDirectory, Error = Errno.EACCES };
        }
        catch (IOException)
        {
            return facts with { IsDirectory = isDirectory, Error = Errno.EIO };
        }
    }
}
