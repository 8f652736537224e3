using System.Collections;
using IoMerge.Backends;
using Tmds.Linux;

namespace IoMerge.Mount.Mounting.Native;

/// <summary>
/// Starts a program that inherits chosen descriptors, which System.Diagnostics.Process cannot do. Every other
/// descriptor of ours is close-on-exec. No code of ours runs in the child.
/// </summary>
internal static unsafe class ChildProcess
{
    // glibc's posix_spawnattr_t has 336 bytes, the file actions 80, a signal set 128.
    private const int OpaqueBytes = 512;

    // Descriptors to hand over are moved above all numbers they may get in the child, so that one cannot overwrite
    // another.
    private const int FirstSafeDescriptor = 64;

    /// <summary>Starts a program.</summary>
    /// <param name="arguments">The program (searched in PATH unless it is a path) and its arguments.</param>
    /// <param name="variables">Environment variables to set beside the inherited ones.</param>
    /// <param name="descriptors">Which of our descriptors becomes which number, below 64, in the child.</param>
    /// <param name="newSession">True to detach the child from our terminal and session.</param>
    /// <returns>The number of the process, to be waited for.</returns>
    /// <exception cref="MountException">It could not be started.</exception>
    public static int Start(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables,
        IReadOnlyList<(int Ours, int Theirs)> descriptors, bool newSession)
    {
        using var argv = new NativeStrings(arguments);
        using var environment = new NativeStrings(MergeEnvironment(variables));
        byte* actions = stackalloc byte[OpaqueBytes];
        byte* attributes = stackalloc byte[OpaqueBytes];
        _ = Libc.SpawnActionsInit(actions);
        _ = Libc.SpawnAttributesInit(attributes);
        var moved = new List<int>();
        try
        {
            foreach ((int ours, int theirs) in descriptors)
            {
                int safe = LibC.fcntl(ours, LibC.F_DUPFD_CLOEXEC, FirstSafeDescriptor);
                if (safe < 0)
                    throw new MountException($"{arguments[0]} cannot be started: {SystemError.Text(SystemError.Last)}");
                moved.Add(safe);
                _ = Libc.SpawnActionsAddDup2(actions, safe, theirs);
            }
            SetAttributes(attributes, newSession);
            int error = Libc.SpawnFromPath(
                out int pid, argv.Pointer[0], actions, attributes, argv.Pointer, environment.Pointer);
            if (error != 0)
                throw new MountException($"{arguments[0]} cannot be started: {SystemError.Text(new Errno(error))}");
            return pid;
        }
        finally
        {
            moved.ForEach(descriptor => _ = LibC.close(descriptor));
            _ = Libc.SpawnActionsDestroy(actions);
            _ = Libc.SpawnAttributesDestroy(attributes);
        }
    }

    /// <summary>Waits for a child's end.</summary>
    /// <returns>Its exit code, or 128 plus the number of the signal that ended it.</returns>
    public static int Wait(int pid)
    {
        int result;
        int status;
        do
        {
            result = Libc.WaitPid(pid, out status, 0);
        }
        while (result < 0 && SystemError.Last == Errno.EINTR);
        int signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    // The child begins as a program expects: nothing blocked, and the signals that we ignore back at their defaults.
    private static void SetAttributes(byte* attributes, bool newSession)
    {
        byte* signals = stackalloc byte[OpaqueBytes];
        _ = Libc.SignalSetClear(signals);
        _ = Libc.SpawnAttributesSetSignalMask(attributes, signals);
        _ = Libc.SignalSetAdd(signals, Libc.SIGPIPE);
        _ = Libc.SignalSetAdd(signals, Libc.SIGXFSZ);
        _ = Libc.SpawnAttributesSetSignalDefaults(attributes, signals);
        int flags = Libc.POSIX_SPAWN_SETSIGDEF | Libc.POSIX_SPAWN_SETSIGMASK
            | (newSession ? Libc.POSIX_SPAWN_SETSID : 0);
        _ = Libc.SpawnAttributesSetFlags(attributes, (short)flags);
    }

    private static List<string> MergeEnvironment(IReadOnlyDictionary<string, string> variables)
    {
        List<string> merged = [.. variables.Select(variable => $"{variable.Key}={variable.Value}")];
        foreach (DictionaryEntry inherited in Environment.GetEnvironmentVariables())
        {
            if (!variables.ContainsKey((string)inherited.Key))
                merged.Add($"{inherited.Key}={inherited.Value}");
        }
        return merged;
    }
}
