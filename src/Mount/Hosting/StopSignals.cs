using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace IoMerge.Mount.Hosting;

/// <summary>
/// Turns signals into a stop: the first asks for a regular one, the second for no more waiting. Beside what the host
/// listens to, a closed terminal counts too, because it would leave a dead mount behind.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly PosixSignal[] s_signals =
        [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];

    private readonly IHostApplicationLifetime _lifetime;
    private readonly List<PosixSignalRegistration> _registrations;
    private readonly CancellationTokenSource _impatience = new();
    private int _count;

    public StopSignals(IHostApplicationLifetime lifetime)
    {
        _lifetime = lifetime;
        _registrations = [.. s_signals.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];
    }

    /// <summary>Cancelled by the second signal: stop waiting.</summary>
    public CancellationToken Impatience => _impatience.Token;

    /// <summary>True when a signal asked for the end.</summary>
    public bool WasSignalled => Volatile.Read(ref _count) > 0;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _impatience.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) == 1)
            _lifetime.StopApplication();
        else
            _impatience.Cancel();
    }
}
