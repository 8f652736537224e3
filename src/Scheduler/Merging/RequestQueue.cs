using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace IoMerge.Scheduler;

/// <summary>
/// The requests that may be dispatched. Each is on two structures at once: a tree by offset (position, for merging and
/// sweeping) and a list by arrival (age, for fairness). One pair for reads and one for everything that changes the
/// store, because the two never travel together.
/// </summary>
/// <remarks>
/// Not thread-safe; a plain synchronous object without clock and without knowledge of operations in flight.
/// </remarks>
public sealed class RequestQueue
{
    private readonly ExtentTree[] _trees = [new(), new()];
    private Ends _oldest, _youngest;

    /// <summary>Number of requests in both directions.</summary>
    public int Count => _trees[0].Count + _trees[1].Count;

    /// <summary>Number of requests of one direction.</summary>
    public int CountOf(RequestDirection direction) => _trees[(int)direction].Count;

    /// <summary>The request of that direction that arrived first, or null.</summary>
    public IoRequest? Oldest(RequestDirection direction) => _oldest[(int)direction];

    /// <summary>
    /// The request of that direction with the lowest offset at or after <paramref name="offset"/>, or null. O(log n).
    /// </summary>
    public IoRequest? AtOrAfter(RequestDirection direction, long offset) =>
        (IoRequest?)_trees[(int)direction].AtOrAfter(offset);

    /// <summary>The request of that direction with the lowest offset, or null.</summary>
    public IoRequest? First(RequestDirection direction) => (IoRequest?)_trees[(int)direction].First;

    /// <summary>The next request by offset, or null.</summary>
    public static IoRequest? Following(IoRequest request) => (IoRequest?)ExtentTree.Following(request);

    /// <summary>The previous request by offset, or null.</summary>
    public static IoRequest? Preceding(IoRequest request) => (IoRequest?)ExtentTree.Preceding(request);

    /// <summary>The request of that direction that arrived after this one, or null.</summary>
    public static IoRequest? ArrivedAfter(IoRequest request) => request.Younger;

    internal ExtentTree Tree(RequestDirection direction) => _trees[(int)direction];

    internal void Add(IoRequest request)
    {
        int side = (int)request.Direction;
        _trees[side].Insert(request);
        request.State = RequestState.Queued;
        AppendByAge(request, side);
    }

    internal void Remove(IoRequest request)
    {
        int side = (int)request.Direction;
        _trees[side].Remove(request);
        UnlinkByAge(request, side);
    }

    /// <summary>Takes out all requests of a direction at once; the caller has them in hand.</summary>
    internal void Clear(RequestDirection direction)
    {
        _trees[(int)direction].Clear();
        _oldest[(int)direction] = _youngest[(int)direction] = null;
    }

    private void AppendByAge(IoRequest request, int side)
    {
        // Nearly always the youngest. A request that waited for another re-enters at its own age, near the old end.
        IoRequest? older = _youngest[side];
        if (older is not null && older.Sequence > request.Sequence)
        {
            older = null;
            for (IoRequest? next = _oldest[side]; next!.Sequence < request.Sequence; next = next.Younger)
                older = next;
        }
        IoRequest? younger = older is null ? _oldest[side] : older.Younger;
        request.Older = older;
        request.Younger = younger;
        if (older is null)
            _oldest[side] = request;
        else
            older.Younger = request;
        if (younger is null)
            _youngest[side] = request;
        else
            younger.Older = request;
    }

    private void UnlinkByAge(IoRequest request, int side)
    {
        if (request.Older is null)
            _oldest[side] = request.Younger;
        else
            request.Older.Younger = request.Younger;
        if (request.Younger is null)
            _youngest[side] = request.Older;
        else
            request.Younger.Older = request.Older;
        request.Older = request.Younger = null;
    }

    /// <summary>The theory of the queue, checked in debug builds.</summary>
    [Conditional("DEBUG")]
    internal void AssertInvariants()
    {
        for (int side = 0; side < 2; side++)
        {
            _trees[side].AssertInvariants();
            int count = 0;
            for (IoRequest? request = _oldest[side]; request is not null; request = request.Younger)
            {
                count++;
                Debug.Assert(request.State == RequestState.Queued, "What is in the queue says so.");
                Debug.Assert((int)request.Direction == side, "Requests are in the queue of their direction.");
                Debug.Assert(request.Younger is null || request.Younger.Sequence > request.Sequence,
                    "The list by age is in order of arrival.");
            }
            Debug.Assert(count == _trees[side].Count, "Position and age hold the same requests.");
        }
    }

    /// <summary>One for each direction; an array would check the type of each that is put in.</summary>
    [InlineArray(2)]
    private struct Ends
    {
        private IoRequest? _first;
    }
}
