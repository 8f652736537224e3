using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <content>A read whose members fetch their bytes from a file of the store, each its own part.</content>
internal sealed unsafe partial class MergedIo
{
    /// <inheritdoc/>
    public override bool AcceptsFileLoan => AcceptsLoan && Done == 0 && EveryMemberAcceptsFileLoan();

    /// <inheritdoc/>
    public override void CompleteWithFileLoan(int descriptor, long offset)
    {
        if (!TryClose())
            return;
        Done = Extent.Length;
        Error = Errno.None;
        NoteEnd();
        for (IoRequest? member = FirstMember; member is not null;)
        {
            // From the call on the member is its caller's again.
            IoRequest? next = member.NextInChain;
            _elevator.TellOfFile(member, descriptor, offset + (member.Extent.Offset - Whole.Offset));
            member = next;
        }
        EndTelling();
        _elevator.OperationCompleted(this);
    }

    private bool EveryMemberAcceptsFileLoan()
    {
        for (IoRequest? member = FirstMember; member is not null; member = member.NextInChain)
        {
            if (member.Buffer != 0 || !member.AcceptsFileLoan)
                return false;
        }
        return true;
    }
}
