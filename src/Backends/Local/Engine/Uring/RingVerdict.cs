namespace IoMerge.Backends.Local;

/// <summary>What becomes of an operation after the kernel has answered. A decision; it does nothing about it.</summary>
internal static class RingVerdict
{
    /// <summary>What becomes of it.</summary>
    internal enum Kind
    {
        /// <summary>It is done.</summary>
        Ended,

        /// <summary>It failed.</summary>
        Failed,

        /// <summary>There is more to transfer, or the same again.</summary>
        GoesOn,

        /// <summary>The ring cannot do it; calls that block can tell.</summary>
        Refused,
    }

    private const int ENOSYS = 38;

    /// <summary>Judges, and moves the operation on by what was transferred.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="result">The kernel's answer: bytes, 0, or a negative error number.</param>
    /// <param name="host">Knows the store.</param>
    internal static Kind Judge(RingOperation operation, int result, IRingHost host)
    {
        if (result < 0)
            return JudgeError(operation, -result);
        if (!operation.Call.IsTransfer)
            return Kind.Ended;
        operation.Advance(Math.Min(result, operation.Rest.Length));
        if (operation.Rest.IsEmpty)
            return Kind.Ended;
        if (operation.Call.Kind == OneCallKind.Read)
        {
            if (result == 0 || operation.Rest.Offset >= host.StoreSize)
                return Kind.Ended;
        }
        else if (result == 0)
        {
            return Kind.Failed; // A write that makes no progress would never end.
        }
        // A part of a block leaves a rest that cannot go straight: the whole is done again, which gives the same bytes.
        return host.GoesOnFrom(operation.Rest.Offset) ? Kind.GoesOn : Kind.Refused;
    }

    private static Kind JudgeError(RingOperation operation, int error)
    {
        if (operation.IsCancelled)
            return Kind.Failed;
        if (error == Errno.EINTR.Value)
            return Kind.GoesOn;
        // What would block, what this kernel or file system does not have, and what was cancelled by nobody of ours.
        bool refused = error == Errno.EAGAIN.Value || error == Errno.EINVAL.Value || error == ENOSYS
            || error == Errno.EOPNOTSUPP.Value || error == Errno.ECANCELED.Value || error == Errno.ENOMEM.Value;
        return refused ? Kind.Refused : Kind.Failed;
    }
}
