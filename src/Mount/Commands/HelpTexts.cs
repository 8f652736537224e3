using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using IoMerge.Benchmark.Models;
using IoMerge.Mount.Configuration;

namespace IoMerge.Mount.Commands;

/// <summary>Adds to the help of a command what options cannot say: examples, formats, exit codes.</summary>
internal sealed class HelpTexts(HelpAction options) : SynchronousCommandLineAction
{
    private const string Root = """
        Examples:
          mkdir -p /mnt/iomerge
          iomerge mount /mnt/iomerge
              shows one volume of 1 GiB in memory, as /mnt/iomerge/disk; Ctrl-C ends it
          iomerge mount /mnt/iomerge --volume disk=file:/srv/disk.img,create=10GiB --policy Scan
              shows a file, made with 10 GiB when it is missing, and sweeps over it by offset
          dd if=/dev/zero of=/mnt/iomerge/disk bs=4k count=1000 oflag=direct conv=notrunc
              writes to it past the page cache
          iomerge check --config /etc/iomerge/disk.json
              says what is wrong with a configuration, or prints it with the origin of each value
          iomerge set /mnt/iomerge/disk Policy=Deadline Depth=8
              changes settings with I/O in flight, until it is unmounted
          iomerge unmount /mnt/iomerge
          iomerge bench --quick --recommend
              says what merging is worth on this machine, and which settings won

        In /etc/fstab:
          disk=file:/srv/disk.img  /mnt/iomerge  fuse.iomerge  policy=Scan,allow_other,nofail  0  0

        Exit codes:
          0   all went well
          1   a store could not be opened, not everything could be flushed, a mount refused a change, or what was named
              could not be measured
          2   the command line or the configuration is wrong
          32  it could not be mounted or unmounted
          130 a benchmark was interrupted; what it had measured was kept
        """;

    private const string Mount = """
        Examples:
          iomerge mount /mnt/iomerge
          iomerge mount /mnt/iomerge --volume fast=memory:1GiB --volume big=file:/srv/big.img,create=100GiB
          iomerge mount /mnt/iomerge --volume disk=block:/dev/sdb --policy Deadline --set Scheduler:Depth=8
          iomerge mount --config /etc/iomerge/disk.json --daemon --log-file /var/log/iomerge.log

        Settings come from appsettings.json beside the program, then --config, then the environment
        (IOMERGE_Scheduler__Depth=8), then the command line; the later wins. Volumes of appsettings.json count only
        when neither --config nor --volume names any. Stop with Ctrl-C, SIGTERM or iomerge unmount; a second signal
        stops waiting.

        A volume is written as:

        """;

    private const string Set = """
        Examples:
          iomerge set /mnt/iomerge/disk Policy=Scan
          iomerge set /mnt/iomerge Depth=8 Merge:ReadGapBytes=64KiB Hold:Mode=Off
              all volumes of the mount, or none, when one of the settings is wrong
          iomerge set /mnt/iomerge/disk Merge:Level=Off

        The change holds until it is unmounted. What is to stay belongs into the configuration. Root and the user whose
        process serves the mount may do it. Without iomerge: setfattr -n user.iomerge.set -v Depth=8 /mnt/iomerge/disk

        Settings that can be changed (iomerge policies says what each does):

        """;

    private const string Bench = """
        Examples:
          iomerge bench --quick --recommend
          iomerge bench --list
          iomerge bench --mounted --store file --folder /srv --workload 'seq*-4k-qd32' --peers --html result.html
          iomerge bench --in-process --policies Scan,Deadline --depths 1,4,32 --workload streams8-read-4k-qd4
          iomerge bench origin
              repeats the table that came with asynchronous direct I/O for FUSE in 2013
          iomerge bench report result.json
              draws a saved report as a page

        Mounted runs need root, fio and /dev/fuse; without them the elevator and the stores are measured in process.
        """;

    private const string Trace = """
        Examples:
          iomerge mount /mnt/iomerge --record day.trace
              records every request that arrives, until it is unmounted
          iomerge trace info day.trace
          iomerge trace convert day.trace day.csv
          iomerge trace convert day.trace day.log --format iolog3 --directory /mnt/iomerge
              fio --name=replay --read_iolog=day.log plays it against the mount

        Formats: binary (.trace), iolog2 (.iolog2) and iolog3 (.iolog), which are fio's, and csv (.csv). What is read
        may be any of them, whatever its name. A damaged trace is refused with the place of the damage.
        """;

    private const string Replay = """
        Examples:
          iomerge replay day.trace --model hdd --model cloud:iops=1000
              each policy on a spinning disk and on a cloud volume, in virtual time: nothing is waited for
          iomerge replay day.trace --model ssd --strategy Fifo --strategy big=Fifo,Merge:MaxBytes=4MiB --json r.json
          iomerge replay day.trace --store file:/srv/try.img,create=10GiB --speed 2
              in real time, twice as fast as it was recorded, to a file that is made for it

        A strategy is written as [NAME=]POLICY[,KEY=VALUE]..., with the keys of section Scheduler.
        A model is written as [NAME=]KIND[:PARAMETER=VALUE[,PARAMETER=VALUE]...]:

        """;

    private static string ModelHelp() => string.Join('\n', ModelKinds.All.SelectMany(kind => kind.Parameters
        .Select(parameter => $"    {parameter.Name,-18}{parameter.Default,-12}{parameter.Purpose}")
        .Prepend($"  {kind.Name}  {kind.Summary}")));

    public override int Invoke(ParseResult parseResult)
    {
        int result = options.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        string? text = parseResult.CommandResult.Command switch
        {
            RootCommand => Root,
            { Name: "bench" } => Bench,
            { Name: "trace" } => Trace,
            { Name: "mount" } => Mount + "  " + VolumeSpec.Grammar.ReplaceLineEndings("\n  "),
            { Name: "set" } => Set + "  " + string.Join("\n  ", LiveKnobs.Names),
            { Name: "replay" } => Replay + ModelHelp(),
            _ => null,
        };
        if (text is not null)
            output.WriteLine(text);
        return result;
    }
}
