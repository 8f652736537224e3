using IoMerge.Backends;
using Tmds.Linux;

namespace IoMerge.Mount.Tests.Fuse.Support;

/// <summary>Completions of a store that somebody has to come for: an eventfd, and what is done then.</summary>
public sealed unsafe class FakeCompletions : ICompletionSource, IDisposable
{
    private volatile bool _lieReady;

    public int Descriptor { get; } = LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK);

    public bool HasCompletions => _lieReady;

    /// <summary>What working off does, on the thread that came.</summary>
    public Action OnWorkOff { get; set; } = () => { };

    /// <summary>True while somebody has promised to come.</summary>
    public bool IsAdopted { get; private set; }

    /// <summary>Name of the thread that came last.</summary>
    public string? WorkedOffBy { get; private set; }

    /// <summary>Completions lie ready from now on.</summary>
    public void LieReady()
    {
        _lieReady = true;
        ulong one = 1;
        Assert.Equal(sizeof(ulong), (int)LibC.write(Descriptor, &one, sizeof(ulong)));
    }

    public void WorkOff()
    {
        ulong count;
        _ = LibC.read(Descriptor, &count, sizeof(ulong));
        _lieReady = false;
        WorkedOffBy = Thread.CurrentThread.Name;
        OnWorkOff();
    }

    public void Adopt() => IsAdopted = true;

    public void Release() => IsAdopted = false;

    public void Dispose() => _ = LibC.close(Descriptor);
}
