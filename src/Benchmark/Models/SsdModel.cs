namespace IoMerge.Benchmark.Models;

/// <summary>
/// A solid-state disk: pages are striped over channels, then over the chips of a channel. A chip does one thing at a
/// time; a channel carries the bytes of one page at a time. An operation is done when its last page is. There is no
/// write cache, and every page that an operation touches is read or programmed as a whole.
/// </summary>
/// <remarks>
/// Page p lies on channel p mod Channels and there on chip (p / Channels) mod Chips: the translation layer is assumed
/// to keep neighbours apart, as it does on a fresh drive. Each chip erases once for every
/// <see cref="SsdParameters.PagesPerErase"/> programmed pages, before the next page.
/// </remarks>
public sealed class SsdModel : ForecastModel
{
    private readonly SsdParameters _parameters;
    private readonly long _pageBytes;
    private readonly long _readNs;
    private readonly long _writeNs;
    private readonly long _eraseNs;
    private readonly long _commandNs;
    private readonly double _busBytesPerSecond;
    private readonly long[] _busFreeNs;
    private readonly long[] _chipFreeNs;
    private readonly int[] _programmed;
    private long _controllerFreeNs;

    /// <summary>An idle disk.</summary>
    public SsdModel(SsdParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        _pageBytes = parameters.PageBytes;
        _readNs = Units.UsToNs(parameters.ReadUs);
        _writeNs = Units.UsToNs(parameters.WriteUs);
        _eraseNs = Units.MsToNs(parameters.EraseMs);
        _commandNs = Units.UsToNs(parameters.CommandUs);
        _busBytesPerSecond = parameters.ChannelBandwidth.Bytes;
        _busFreeNs = new long[parameters.Channels];
        _chipFreeNs = new long[parameters.Channels * parameters.Chips];
        _programmed = new int[_chipFreeNs.Length];
    }

    /// <inheritdoc/>
    public override long Capacity => _parameters.Capacity;

    /// <inheritdoc/>
    protected override long Forecast(in DeviceOperation operation, long nowNs)
    {
        _controllerFreeNs = Math.Max(nowNs, _controllerFreeNs) + _commandNs;
        long doneNs = _controllerFreeNs;
        if (operation.Work == DeviceWork.Command)
            return doneNs;
        long end = operation.Offset + operation.Length;
        for (long page = operation.Offset / _pageBytes; page * _pageBytes < end; page++)
        {
            long touched = Math.Min(end, (page + 1) * _pageBytes) - Math.Max(operation.Offset, page * _pageBytes);
            long busNs = Units.TransferNs(touched, _busBytesPerSecond);
            int channel = (int)(page % _parameters.Channels);
            int chip = channel * _parameters.Chips + (int)(page / _parameters.Channels % _parameters.Chips);
            long pageDoneNs = operation.Work == DeviceWork.Read
                ? Read(channel, chip, _controllerFreeNs, busNs)
                : Program(channel, chip, _controllerFreeNs, busNs);
            doneNs = Math.Max(doneNs, pageDoneNs);
        }
        return doneNs;
    }

    private long Read(int channel, int chip, long startNs, long busNs)
    {
        long inRegisterNs = Math.Max(startNs, _chipFreeNs[chip]) + _readNs;
        long doneNs = Math.Max(inRegisterNs, _busFreeNs[channel]) + busNs;
        // The register is the chip's only one: it is free when its bytes are away.
        _chipFreeNs[chip] = _busFreeNs[channel] = doneNs;
        return doneNs;
    }

    private long Program(int channel, int chip, long startNs, long busNs)
    {
        long readyNs = Math.Max(startNs, _chipFreeNs[chip]);
        if (_programmed[chip] == _parameters.PagesPerErase)
        {
            _programmed[chip] = 0;
            readyNs += _eraseNs;
        }
        _programmed[chip]++;
        long inRegisterNs = Math.Max(readyNs, _busFreeNs[channel]) + busNs;
        _busFreeNs[channel] = inRegisterNs;
        _chipFreeNs[chip] = inRegisterNs + _writeNs;
        return _chipFreeNs[chip];
    }
}
