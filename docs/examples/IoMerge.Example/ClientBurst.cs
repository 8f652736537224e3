using System.Runtime.InteropServices;
using IoMerge.Backends;
using IoMerge.Scheduler;

namespace IoMerge.Example;

/// <summary>Clients whose requests arrive together: the network side of the toy server.</summary>
internal sealed unsafe class ClientBurst : IDisposable
{
    private readonly int _blockSize;
    private readonly void* _memory;
    private readonly ClientRequest[] _clients;
    private readonly IoRequest[] _requests;
    private readonly CountdownEvent _unanswered = new(1);

    public ClientBurst(int clients, int blockSize)
    {
        _blockSize = blockSize;
        _memory = NativeMemory.AlignedAlloc((nuint)(clients * blockSize), (nuint)Environment.SystemPageSize);
        _clients = [.. Enumerable.Range(0, clients).Select(client =>
            new ClientRequest((nint)_memory + client * blockSize, blockSize, _ => _unanswered.Signal()))];
        _requests = [.. _clients];
    }

    /// <summary>What arrived, in order of arrival.</summary>
    public ReadOnlySpan<IoRequest> Requests => _requests;

    /// <summary>Lets every client ask for his block, in any order.</summary>
    public void Prepare(IoKind kind, Random order)
    {
        _unanswered.Reset(_clients.Length);
        for (int client = 0; client < _clients.Length; client++)
        {
            if (kind == IoKind.Write)
                _clients[client].Write((long)client * _blockSize, (byte)(client + 1));
            else
                _clients[client].Read((long)client * _blockSize, (byte)(client + 1));
        }
        order.Shuffle(_requests);
    }

    /// <summary>Waits for every answer; true when each was right.</summary>
    public bool WaitForAll()
    {
        _unanswered.Wait();
        return _clients.All(client => client.BytesAreRight);
    }

    public void Dispose()
    {
        _unanswered.Dispose();
        NativeMemory.AlignedFree(_memory);
    }
}
