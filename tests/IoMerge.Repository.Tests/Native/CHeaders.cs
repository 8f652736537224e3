namespace IoMerge.Repository.Tests;

/// <summary>The system's C headers, asked through the C compiler.</summary>
internal static class CHeaders
{
    // sys/mount.h comes first: older ones do not bear linux/mount.h, which others bring along, before them.
    private const string Includes = """
        #define _GNU_SOURCE
        #include <sys/mount.h>
        #include <dirent.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <grp.h>
        #include <limits.h>
        #include <linux/falloc.h>
        #include <linux/fs.h>
        #include <linux/fuse.h>
        #include <linux/io_uring.h>
        #include <linux/magic.h>
        #include <poll.h>
        #include <pwd.h>
        #include <rbd/librbd.h>
        #include <signal.h>
        #include <spawn.h>
        #include <stddef.h>
        #include <stdio.h>
        #include <sys/eventfd.h>
        #include <sys/file.h>
        #include <sys/ioctl.h>
        #include <sys/mman.h>
        #include <sys/prctl.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/syscall.h>
        #include <sys/timerfd.h>
        #include <sys/uio.h>
        #include <sys/vfs.h>
        #include <time.h>
        #include <unistd.h>
        /* Got its name with this option; before, its place had another. */
        #ifndef IORING_SETUP_NO_MMAP
        #define user_addr resv2
        #endif
        """;

    /// <summary>Runs C statements that print one line each; returns the lines.</summary>
    internal static string[] Ask(IReadOnlyCollection<string> statements)
    {
        Assert.SkipUnless(
            File.Exists("/usr/bin/gcc") && File.Exists("/usr/include/rbd/librbd.h"), "gcc and librbd-dev are needed.");
        using TemporaryFolder folder = new();
        File.WriteAllText(
            folder.File("facts.c"), $"{Includes}\nint main(void) {{\n{string.Join('\n', statements)}\nreturn 0; }}\n");
        Shell.Run($"gcc -o '{folder.File("facts")}' '{folder.File("facts.c")}'");
        string[] answers = Shell.Run($"'{folder.File("facts")}'").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(statements.Count, answers.Length);
        return answers;
    }
}
