namespace IoMerge.Benchmark.Models;

/// <summary>
/// Operations in order of arrival, from which one near the front is taken: what is before it moves up by one. Allocates
/// only while it grows. Not thread-safe.
/// </summary>
internal sealed class OperationRing
{
    private DeviceOperation[] _items = new DeviceOperation[64];
    private int _head;

    internal int Count { get; private set; }

    internal ref readonly DeviceOperation this[int index] => ref _items[SlotOf(index)];

    internal void Add(in DeviceOperation operation)
    {
        if (Count == _items.Length)
            Grow();
        _items[SlotOf(Count++)] = operation;
    }

    /// <summary>Takes out the operation at a place; costs as many moves as there are before it.</summary>
    internal DeviceOperation Take(int index)
    {
        DeviceOperation taken = _items[SlotOf(index)];
        for (int i = index; i > 0; i--)
            _items[SlotOf(i)] = _items[SlotOf(i - 1)];
        _head = SlotOf(1);
        Count--;
        return taken;
    }

    private int SlotOf(int index) => (_head + index) & (_items.Length - 1);

    private void Grow()
    {
        var larger = new DeviceOperation[2 * _items.Length];
        for (int i = 0; i < Count; i++)
            larger[i] = _items[SlotOf(i)];
        _items = larger;
        _head = 0;
    }
}
