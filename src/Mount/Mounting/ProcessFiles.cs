namespace IoMerge.Mount.Mounting;

/// <summary>
/// What processes have open, read from <c>/proc</c> without touching the files themselves: one of them may lie on a
/// mount that answers nothing, ours for instance.
/// </summary>
internal static class ProcessFiles
{
    /// <summary>The open files of one process, each by the number of its descriptor and where that leads to.</summary>
    /// <param name="process">The directory of the process, as <c>/proc/17</c>.</param>
    /// <exception cref="IOException">The process is gone.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not see it.</exception>
    public static IEnumerable<(string Number, string Target)> Of(string process)
    {
        // Listing fd itself would follow every link there, to tell files from directories.
        foreach (string info in Directory.EnumerateFiles(Path.Combine(process, "fdinfo")))
        {
            string number = Path.GetFileName(info);
            yield return (number, TargetOf(Path.Combine(process, "fd", number)));
        }
    }

    /// <summary>Where a link leads to; empty when it is gone or this user may not see it.</summary>
    public static string TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
