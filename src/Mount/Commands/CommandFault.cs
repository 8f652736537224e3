namespace IoMerge.Mount.Commands;

/// <summary>How a command that ends badly says so.</summary>
internal static class CommandFault
{
    /// <summary>Tells the person what is wrong, on standard error.</summary>
    /// <returns>The exit code, to end with.</returns>
    public static int Tell(int exitCode, string message)
    {
        Console.Error.WriteLine("iomerge: " + message);
        return exitCode;
    }
}
