namespace IoMerge.Backends.Rbd;

/// <summary>
/// The numbers by which librbd's callbacks find their operation again: a callback brings one machine word, and a number
/// that is looked up can be checked, where a pointer would have to be believed.
/// </summary>
internal static class OperationTable
{
    private static readonly Lock s_gate = new();
    private static readonly Stack<int> s_free = new();
    private static RbdOperation?[] s_operations = new RbdOperation?[64];
    private static int s_used;

    /// <summary>Gives an operation a number that stays its own until <see cref="Remove"/>.</summary>
    internal static int Add(RbdOperation operation)
    {
        lock (s_gate)
        {
            int index = s_free.Count > 0 ? s_free.Pop() : s_used++;
            if (index == s_operations.Length)
            {
                RbdOperation?[] larger = new RbdOperation?[index * 2];
                s_operations.CopyTo(larger, 0);
                larger[index] = operation;
                // Whoever still looks into the old one finds all that was there.
                Volatile.Write(ref s_operations, larger);
            }
            Volatile.Write(ref s_operations[index], operation);
            return index;
        }
    }

    /// <summary>Takes the number away; no callback may still come for it.</summary>
    internal static void Remove(int index)
    {
        lock (s_gate)
        {
            s_operations[index] = null;
            s_free.Push(index);
        }
    }

    /// <summary>The operation with that number; null when there is none. Any thread, without a lock.</summary>
    internal static RbdOperation? Find(nint number)
    {
        RbdOperation?[] operations = Volatile.Read(ref s_operations);
        return (nuint)number < (nuint)operations.Length ? Volatile.Read(ref operations[number]) : null;
    }
}
