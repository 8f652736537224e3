using System.CommandLine;
using IoMerge.Backends;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Hosting;
using IoMerge.Mount.Mounting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IoMerge.Mount.Commands;

/// <summary><c>iomerge mount</c>: shows the configured volumes as files until it is stopped.</summary>
internal static class MountCommand
{
    public static Command Create()
    {
        var mountPoint = new Argument<string?>("MOUNTPOINT")
        {
            Description = "An existing empty directory, or /dev/fd/N, an open FUSE channel; default: Mount:MountPoint "
                + "of the configuration",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var daemon = new Option<bool>("--daemon", "-d")
        {
            Description = "Go into the background and return once the volumes are there",
        };
        var logFile = new Option<string?>("--log-file")
        {
            Description = "With --daemon: where messages and the summary go; default: nowhere",
            HelpName = "FILE",
        };
        var summary = new Option<string?>("--summary")
        {
            Description = "Write what the schedulers did to a file as JSON, at the end and on SIGUSR1",
            HelpName = "FILE",
        };
        (Option<bool> Option, string Key)[] switches =
        [
            (new("--allow-other") { Description = "Let other users in" }, "Mount:AllowOther"),
            (new("--read-only") { Description = "Refuse changes to all volumes" }, "Mount:ReadOnly"),
            (new("--clean-stale") { Description = "Remove what a dead iomerge left mounted there" },
                "Mount:CleanStale"),
        ];
        var record = new Option<string?>("--record")
        {
            Description = "Record every request that arrives to a new file; see iomerge trace",
            HelpName = "FILE",
        };
        var command = new Command("mount", "Show volumes as files in a directory, and merge the direct I/O on them")
        {
            mountPoint,
        };
        var arguments = new ConfigurationArguments(command);
        command.Add(daemon);
        command.Add(logFile);
        command.Add(summary);
        foreach ((Option<bool> option, _) in switches)
            command.Add(option);
        command.Add(record);
        ArgumentRules.RefuseOptions(command, mountPoint);
        command.Validators.Add(result =>
        {
            if (result.GetValue(logFile) is not null && !result.GetValue(daemon))
                result.AddError("--log-file goes with --daemon; in the foreground, redirect the output instead.");
        });
        command.SetAction((result, _) =>
        {
            CommandLineSettings settings = arguments.Read(result) with
            {
                MountPoint = result.GetValue(mountPoint),
                Switches = [.. switches.Where(s => result.GetValue(s.Option))
                    .Select(s => (s.Key, "true", s.Option.Name)),
                    .. Given("Mount:Summary", result.GetValue(summary), summary.Name),
                    .. Given("Mount:Record", result.GetValue(record), record.Name)],
            };
            return RunAsync(settings, result.GetValue(daemon), result.GetValue(logFile));
        });
        return command;
    }

    private static IEnumerable<(string Key, string Value, string Option)> Given(
        string key, string? value, string option) => value is null ? [] : [(key, Path.GetFullPath(value), option)];

    private static async Task<int> RunAsync(CommandLineSettings settings, bool daemon, string? logFile)
    {
        IAnnouncer announcer = PipeAnnouncer.TryTake() ?? (IAnnouncer)new ConsoleAnnouncer();
        ConfigurationResult configuration = ConfigurationLoader.Load(settings);
        if (configuration.Options is not { } options)
            return Fail(announcer, ExitCode.Usage, ConfigurationArguments.Explain(configuration.Faults));
        if (options.Mount.MountPoint.Length == 0)
            return Fail(announcer, ExitCode.Usage, "no mount point is given. Name an empty directory: iomerge mount "
                + "MOUNTPOINT, or set Mount:MountPoint in the configuration.");
        if (daemon && Mounter.IsHandedOver(options.Mount.MountPoint))
            return Fail(announcer, ExitCode.Usage, "--daemon cannot take an open channel with it; leave it out: "
                + "whoever hands over a channel looks after the process too.");
        try
        {
            return daemon
                ? Daemon.Start(["mount", .. ConfigurationArguments.Write(settings)], logFile)
                : await ServeAsync(options, announcer).ConfigureAwait(false);
        }
        catch (MountException e)
        {
            return Fail(announcer, ExitCode.Mount, e.Message);
        }
        catch (BackendOpenException e)
        {
            return Fail(announcer, ExitCode.Failure, e.Message);
        }
    }

    private static async Task<int> ServeAsync(IoMergeOptions options, IAnnouncer announcer)
    {
        ProcessSetup.Apply();
        IHost host = CompositionRoot.BuildHost(options, announcer);
        await using var disposal = ((IAsyncDisposable)host).ConfigureAwait(false);
        try
        {
            await host.StartAsync().ConfigureAwait(false);
            await host.WaitForShutdownAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopped while it was starting.
            await host.StopAsync().ConfigureAwait(false);
        }
        return host.Services.GetRequiredService<MountRun>().ExitCode;
    }

    private static int Fail(IAnnouncer announcer, int exitCode, string message)
    {
        announcer.Failed(exitCode, Secrets.Hide(message));
        return exitCode;
    }
}
