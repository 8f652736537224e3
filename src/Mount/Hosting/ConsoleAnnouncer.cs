namespace IoMerge.Mount.Hosting;

/// <summary>Tells it on the terminal.</summary>
internal sealed class ConsoleAnnouncer : IAnnouncer
{
    public void Ready(string report) => Console.Out.Write(report);

    public void Failed(int exitCode, string message) => Console.Error.WriteLine("iomerge: " + message);
}
