using IoMerge.Backends.Local.Native;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace IoMerge.Backends.Local;

/// <summary>
/// Opens, creates, checks and locks the file of a volume, and finds out how it can be served. Everything that can go
/// wrong before the first operation goes wrong here, with a sentence for a person.
/// </summary>
internal static class FileOpener
{
    /// <exception cref="BackendOpenException">The file cannot be used.</exception>
    internal static OpenFile Open(FileBackendOptions options, IStoreCalls calls)
    {
        OptionFault.ThrowIfAny("File volume", options.Validate());
        SafeFileHandle main = OpenOrCreate(options, out bool created);
        SafeFileHandle? tail = null;
        try
        {
            Statx facts = CheckKind(options, main);
            Lock(options, main);
            bool inMemory = StoreDescriptor.IsInMemory(Fd(main));
            long size = created ? SetFirstSize(options, main, calls) : CheckSize(options, (long)facts.stx_size);
            DirectAlignment? direct = GoDirect(options, inMemory, facts, main);
            if (direct is not null && !options.ReadOnly)
                tail = Reopen(options, main, LibC.O_RDWR);
            return new OpenFile(main, tail, size, direct, inMemory);
        }
        catch
        {
            tail?.Dispose();
            main.Dispose();
            if (created)
                _ = NativeCalls.unlink(options.Path);
            throw;
        }
    }

    private static SafeFileHandle OpenOrCreate(FileBackendOptions options, out bool created)
    {
        created = false;
        int access = options.ReadOnly ? LibC.O_RDONLY : LibC.O_RDWR;
        // O_NONBLOCK: a FIFO put in the file's place must not hang the start.
        Errno error = StoreDescriptor.Open(options.Path, access | LibC.O_NONBLOCK, out SafeFileHandle? handle);
        if (error == Errno.ENOENT && options.CreateSize > 0 && !options.ReadOnly)
        {
            error = StoreDescriptor.Open(options.Path, access | LibC.O_CREAT | LibC.O_EXCL, out handle);
            created = error.IsSuccess;
        }
        return handle ?? throw Refuse(options, ExplainOpen(options, error));
    }

    private static string ExplainOpen(FileBackendOptions options, Errno error)
    {
        if (error == Errno.ENOENT && options.ReadOnly)
            return "it does not exist, and a read-only volume is not created. Check the path.";
        if (error == Errno.ENOENT && options.CreateSize > 0)
            return "the directory it should be created in does not exist. Create the directory first.";
        if (error == Errno.ENOENT)
            return "it does not exist. Check the path, or set CreateSize (create=SIZE) to create it.";
        if (error == Errno.EISDIR)
            return "it is a directory. Name a file in it.";
        if (error == Errno.ENOTDIR)
            return "a part of the path is not a directory. Check the path.";
        if (error == Errno.EACCES || error == Errno.EPERM)
        {
            return "permission denied. Give the user who runs this access to it, or set ReadOnly when reading is "
                + "enough.";
        }
        if (error == Errno.EROFS)
            return "it lies on a read-only file system. Set ReadOnly, or use another file system.";
        return $"open failed with {error}.";
    }

    private static Statx CheckKind(FileBackendOptions options, SafeFileHandle handle)
    {
        Errno error = StoreDescriptor.GetFacts(Fd(handle), out Statx facts);
        if (error.IsError)
            throw Refuse(options, $"its facts cannot be read ({error}).");
        switch (facts.stx_mode & Statx.S_IFMT)
        {
            case Statx.S_IFREG:
                return facts;
            case Statx.S_IFDIR:
                throw Refuse(options, "it is a directory. Name a file in it.");
            case Statx.S_IFBLK:
                throw Refuse(options, "it is a block device. Use a volume of kind block (block:PATH).");
            default:
                throw Refuse(options, "it is not a regular file (a pipe, a socket or a character device).");
        }
    }

    private static void Lock(FileBackendOptions options, SafeFileHandle handle)
    {
        if (StoreDescriptor.Lock(Fd(handle), exclusive: !options.ReadOnly).IsSuccess)
            return;
        throw Refuse(
            options, "it is in use by another process (or by another volume of this one). Stop that first.");
    }

    private static long SetFirstSize(FileBackendOptions options, SafeFileHandle handle, IStoreCalls calls)
    {
        Errno error = calls.SetLength(Fd(handle), options.CreateSize);
        if (error.IsError)
        {
            throw Refuse(options, $"it cannot be created with {options.CreateSize} ({error}). Choose a smaller "
                + "CreateSize or another file system.");
        }
        error = MakeLasting(options.Path, handle, calls);
        return error.IsSuccess
            ? options.CreateSize
            : throw Refuse(options, $"it was created, but could not be made durable ({error}), and was removed again. "
                + "Look for the cause in the kernel's log (dmesg), or use another file system.");
    }

    /// <summary>
    /// Lets a new file survive a loss of power: its size, and its name, which is the directory's data.
    /// </summary>
    private static Errno MakeLasting(string path, SafeFileHandle file, IStoreCalls calls)
    {
        Errno error = calls.SyncAll(Fd(file));
        if (error.IsError)
            return error;
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } named ? named : ".";
        error = StoreDescriptor.Open(folder, LibC.O_RDONLY | LibC.O_DIRECTORY, out SafeFileHandle? directory);
        using (directory)
        {
            if (error.IsSuccess)
                error = calls.SyncAll(Fd(directory!));
        }
        // Who may write in a directory and not read it cannot sync it; and not every file system lets one.
        return error == Errno.EACCES || error == Errno.EINVAL ? Errno.None : error;
    }

    private static long CheckSize(FileBackendOptions options, long size)
    {
        if (size > StoreOperations.LargestSize)
            throw Refuse(options, $"it is {size} bytes long, more than can be served.");
        if (!options.Growable && size < options.CreateSize)
        {
            ByteSize actual = size;
            throw Refuse(options, $"it exists and is only {actual} long, less than the {options.CreateSize} asked for. "
                + "Enlarge it (truncate -s), ask for less, or make the volume growable.");
        }
        if (!options.Growable && size == 0)
            throw Refuse(options, "it is empty. Give it a size (truncate -s SIZE), or make the volume growable.");
        return size;
    }

    /// <summary>Goes past the page cache when wanted and possible.</summary>
    /// <returns>What such transfers demand; null when they go through the page cache.</returns>
    private static DirectAlignment? GoDirect(
        FileBackendOptions options, bool inMemory, Statx facts, SafeFileHandle handle)
    {
        if (options.Direct == DirectMode.Off)
            return null;
        bool refused = inMemory || ((facts.stx_mask & Statx.STATX_DIOALIGN) != 0 && facts.stx_dio_offset_align == 0);
        if (!refused)
        {
            Errno error = StoreDescriptor.SetFlags(Fd(handle), LibC.O_DIRECT);
            if (error.IsSuccess)
                return AlignmentOf(facts);
            if (error != Errno.EINVAL)
                throw Refuse(options, $"it cannot be used with O_DIRECT ({error}).");
        }
        return options.Direct == DirectMode.Preferred
            ? null
            : throw Refuse(options, "its file system does not support O_DIRECT. Set Direct to Preferred or Off.");
    }

    /// <summary>What the kernel says (since 6.1); else a page, which suits every device there is.</summary>
    private static DirectAlignment AlignmentOf(Statx facts) => (facts.stx_mask & Statx.STATX_DIOALIGN) != 0
        ? new DirectAlignment((int)facts.stx_dio_offset_align, (int)Math.Max(1, facts.stx_dio_mem_align))
        : new DirectAlignment(4096, 4096);

    private static SafeFileHandle Reopen(FileBackendOptions options, SafeFileHandle handle, int access)
    {
        Errno error = StoreDescriptor.Reopen(Fd(handle), access, out SafeFileHandle? again);
        return again
            ?? throw Refuse(options, $"it cannot be opened a second time through /proc ({error}). Is /proc mounted?");
    }

    private static int Fd(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    private static BackendOpenException Refuse(FileBackendOptions options, string reason) =>
        new($"File volume \"{options.Path}\": {reason}");
}

/// <summary>A file that passed all checks.</summary>
/// <param name="Main">The descriptor transfers use; holds the lock.</param>
/// <param name="Tail">A descriptor through the page cache, for the last page of a file in direct mode.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Direct">What direct transfers demand; null for the page cache.</param>
/// <param name="IsInMemory">True on tmpfs and ramfs.</param>
internal sealed record OpenFile(
    SafeFileHandle Main, SafeFileHandle? Tail, long Size, DirectAlignment? Direct, bool IsInMemory) : IDisposable
{
    public void Dispose()
    {
        if (!Main.IsClosed)
            StoreDescriptor.Unlock((int)Main.DangerousGetHandle());
        Main.Dispose();
        Tail?.Dispose();
    }
}
