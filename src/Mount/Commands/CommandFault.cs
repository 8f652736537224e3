using IoMerge.Mount.Configuration;

namespace IoMerge.Mount.Commands;

/// <summary>How a command that ends badly says so.</summary>
internal static class CommandFault
{
    /// <summary>Tells the person what is wrong, on standard error.</summary>
    /// <returns>The exit code, to end with.</returns>
    public static int Tell(int exitCode, string message)
    {
        Warn(message);
        return exitCode;
    }

    /// <summary>
    /// Tells the person something that does not end the command, on standard error and without secrets.
    /// </summary>
    public static void Warn(string message) => Console.Error.WriteLine("iomerge: " + Secrets.Hide(message));
}
