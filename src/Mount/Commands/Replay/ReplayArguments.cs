using System.CommandLine;
using IoMerge.Benchmark.Models;
using IoMerge.Benchmark.Output;
using IoMerge.Benchmark.Replay;
using IoMerge.Benchmark.Strategies;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Commands.Replay;

/// <summary>The options of <c>iomerge replay</c>: what may be written, and what it means. It runs nothing.</summary>
internal sealed class ReplayArguments
{
    private const int DefaultDepth = 32;

    private readonly Argument<string> _trace = new("TRACE")
    {
        Description = "A trace: recorded by mount --record, an iolog of fio, or CSV",
    };

    private readonly Option<string[]> _models = new("--model", "-m")
    {
        Description = "A device model, for virtual time; may be given several times; see below",
        HelpName = "MODEL",
    };

    private readonly Option<string[]> _stores = new("--store")
    {
        Description = "A real store, for real time, as memory:1GiB or file:/p,create=1GiB; may be given several times. "
            + "What it holds is overwritten",
        HelpName = "SPEC",
    };

    private readonly Option<string[]> _strategies = new("--strategy")
    {
        Description = "A strategy, as Deadline or small=Fifo,Merge:MaxBytes=128KiB; may be given several times; "
            + "default: each policy",
        HelpName = "STRATEGY",
    };

    private readonly Option<double?> _speed = new("--speed")
    {
        Description = "How many times faster than recorded requests are sent; default 1",
        HelpName = "X",
    };

    private readonly Option<bool> _closedLoop = new("--as-fast-as-possible")
    {
        Description = "Send when an answer comes, whenever it was recorded",
    };

    private readonly Option<int?> _depth = new("--depth")
    {
        Description = "With --as-fast-as-possible: requests that each caller keeps outstanding; default "
            + DefaultDepth,
        HelpName = "N",
    };

    private readonly Option<string?> _device = new("--device")
    {
        Description = "Whether each volume of the trace has a device model of its own (default), or all share one",
        HelpName = "each|shared",
    };

    private readonly Option<bool> _overwrite = new("--overwrite")
    {
        Description = "Allow stores that exist already; what they hold is lost where the trace writes",
    };

    private readonly ReportOutput _output;

    public ReplayArguments(Command command)
    {
        _models.CompletionSources.Add([.. ModelKinds.All.Select(kind => kind.Name)]);
        _strategies.CompletionSources.Add([.. DispatchPolicyFactory.Names]);
        _device.AcceptOnlyFromAmong("each", "shared");
        command.Add(_trace);
        foreach (Option option in new Option[]
        {
            _models, _stores, _strategies, _speed, _closedLoop, _depth, _device, _overwrite,
        })
        {
            command.Add(option);
        }
        _output = new ReportOutput(command);
        ArgumentRules.RefuseOptions(command, _trace);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_models) is null && result.GetResult(_stores) is null)
            {
                result.AddError(
                    "Nothing to replay on: name a model, as --model hdd, or a store, as --store memory:1GiB.");
            }
            if (result.GetValue(_speed) is not (null or (> 0 and <= 1e9)))
                result.AddError("--speed must be greater than 0, and at most 1000000000.");
            if (result.GetValue(_depth) is not (null or (>= 1 and <= 65_536)))
                result.AddError("--depth must be from 1 to 65536.");
            if (result.GetValue(_depth) is not null && !result.GetValue(_closedLoop))
                result.AddError("--depth goes with --as-fast-as-possible; else requests are sent at their times.");
            if (result.GetValue(_closedLoop) && result.GetValue(_speed) is not null)
                result.AddError("--speed and --as-fast-as-possible exclude each other.");
        });
    }

    public string TraceOf(ParseResult result) => result.GetRequiredValue(_trace);

    /// <summary>The models.</summary>
    /// <exception cref="FormatException">One is written wrongly, or two have the same name.</exception>
    public IReadOnlyList<ModelSpec> ModelsOf(ParseResult result)
    {
        ModelSpec[] models = [.. (result.GetValue(_models) ?? []).Select(ModelSpec.Parse)];
        return models.GroupBy(model => model.Name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new FormatException($"There are two models \"{twice.Key}\"; give each its own name, as a=hdd.")
            : models;
    }

    public IReadOnlyList<string> StoresOf(ParseResult result) => [.. (result.GetValue(_stores) ?? []).Distinct()];

    /// <summary>The strategies; those of the house when none is named.</summary>
    /// <exception cref="FormatException">One is written wrongly, or two have the same name.</exception>
    public IReadOnlyList<StrategySpec> StrategiesOf(ParseResult result) =>
        result.GetValue(_strategies) is { Length: > 0 } texts ? StrategySpec.ParseAll(texts) : StrategySpec.Defaults;

    public ReplayOptions OptionsOf(ParseResult result) => new()
    {
        Speed = result.GetValue(_speed) ?? 1,
        ClosedLoopDepth = result.GetValue(_closedLoop) ? result.GetValue(_depth) ?? DefaultDepth : 0,
        SharedDevice = result.GetValue(_device) == "shared",
    };

    public bool Overwrites(ParseResult result) => result.GetValue(_overwrite);

    public ReportPaths PathsOf(ParseResult result) => _output.PathsOf(result);
}
