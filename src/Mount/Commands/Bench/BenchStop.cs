using System.Runtime.InteropServices;

namespace IoMerge.Mount.Commands.Bench;

/// <summary>
/// Turns signals into a stop that keeps what was measured. The second signal is left to the system, which ends the
/// process.
/// </summary>
internal sealed class BenchStop : IDisposable
{
    private static readonly PosixSignal[] s_signals =
        [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public BenchStop() =>
        _registrations = [.. s_signals.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_stop.IsCancellationRequested)
            return;
        context.Cancel = true;
        _stop.Cancel();
    }
}
